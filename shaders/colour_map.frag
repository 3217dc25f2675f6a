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

void main() {
  vec3 value = texelFetch(values, ivec2(gl_FragCoord.xy), 0).rgb;
  if (value.r < kGap) {
    colour = vec4(gap_colour, 0.0);
  } else if (is_colour) {
    colour = vec4(floor(share(value) * 255.0 + 0.5) / 255.0, 1.0);
  } else if (isnan(value.r)) {
    colour = texelFetch(table, ivec2(kLevels, 0), 0);
  } else {
    int level = int(share(value).r * float(kLevels - 1) + 0.5);
    colour = texelFetch(table, ivec2(level, 0), 0);
  }
}
