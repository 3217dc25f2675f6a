#version 330 core
// Colours an atlas of values: [low, high] runs through five equally spaced colours. Values below -1e30 are gaps between tiles and stay transparent.
uniform sampler2D values;
uniform vec3 stops[5];
uniform float low;
uniform float high;
uniform int channels;  // 3: the values are a colour already, scaled from [low, high]
out vec4 colour;

void main() {
  vec4 value = texelFetch(values, ivec2(gl_FragCoord.xy), 0);
  if (value.r < -1e30) {
    colour = vec4(0.0);
    return;
  }
  if (channels == 3) {
    colour = vec4(clamp((value.rgb - low) / (high - low), 0.0, 1.0), 1.0);
    return;
  }
  float position = clamp((value.r - low) / (high - low), 0.0, 1.0) * 4.0;
  int index = min(int(position), 3);
  colour = vec4(mix(stops[index], stops[index + 1], position - float(index)), 1.0);
}
