#version 330 core
// Colours an atlas of values: [low, high] runs through the levels of a table. All steps end in whole levels, so that
// every driver writes the same bytes.
uniform sampler2D values;
uniform sampler2D table;   // levels in one row, the last texel is for what is not a number
uniform float low;
uniform float scale;       // 1 / (high - low)
uniform float offset;      // 0; where the range is empty, the level that everything gets
uniform vec3 gap_colour;   // of the transparent gaps: what averaging mixes in at the edges of tiles
uniform bool is_colour;    // three channels: the values are a colour already
out vec4 colour;

const float kGap = -1e30;  // values below lie between tiles
const int kLevels = 255;

vec3 share(vec3 value) {
  return clamp((value - low) * scale + offset, 0.0, 1.0);
}

// Without branches: software OpenGL would go through all of them for every pixel, and look up a colour in each.
void main() {
  vec3 value = texelFetch(values, ivec2(gl_FragCoord.xy), 0).rgb;
  int level = isnan(value.r) ? kLevels : int(share(value).r * float(kLevels - 1) + 0.5);
  vec4 looked_up = texelFetch(table, ivec2(level, 0), 0);
  vec4 own = vec4(floor(share(value) * 255.0 + 0.5) / 255.0, 1.0);
  colour = value.r < kGap ? vec4(gap_colour, 0.0) : is_colour ? own : looked_up;
}
