// All points of a view are one call of WebGL. Each has its place, its class, its tone (its place on the ramp), and a mark
// where it is selected. The order of drawing goes through the rows by the golden section, so that no class hides another.

const vertexSource = `#version 300 es
layout(location = 0) in vec3 place;
layout(location = 1) in float group;
layout(location = 2) in float tone;
layout(location = 3) in float mark;
uniform mat3 turn;
uniform vec4 camera; // middle, and scale
uniform float size, alpha, deep;
uniform bool byClass, marking;
uniform highp sampler2D classes, ramp;
out vec4 color;
void main() {
  int g = int(group);
  vec4 own = texelFetch(classes, ivec2(g & 255, g >> 8), 0);
  vec3 p = deep > 0. ? turn * (place - .5) + .5 : place;
  vec4 shade = byClass ? own : texelFetch(ramp, ivec2(int(tone), 0), 0);
  float a = alpha;
  gl_PointSize = size;
  if (deep > 0.) shade.rgb = mix(shade.rgb, vec3(1), clamp(.6 * (.75 - p.z), 0., .6));
  if (marking) {
    a = mark > .5 ? 1. : .25 * alpha;
    if (mark < .5) shade.rgb = mix(shade.rgb, vec3(.8), .7);
    else gl_PointSize = size + 1.5;
  }
  color = vec4(shade.rgb, a);
  gl_Position = own.a < .5 ? vec4(9, 9, 9, 1) : vec4((p.xy - camera.xy) * camera.zw, 0, 1);
}`;

const fragmentSource = `#version 300 es
precision highp float;
in vec4 color;
uniform float size;
out vec4 paint;
void main() {
  float a = color.a;
  if (size > 2.5) a *= 1. - smoothstep(1. - 2.5 / size, 1., 2. * length(gl_PointCoord - .5));
  paint = vec4(color.rgb * a, a);
}`;

function newDrawing(canvas, data) {
  const gl = canvas.getContext('webgl2', {antialias: false, powerPreference: 'high-performance'});
  if (!gl) throw new Error('this page needs WebGL 2, which this browser has not or has switched off');
  const program = gl.createProgram();
  for (const [kind, source] of [[gl.VERTEX_SHADER, vertexSource], [gl.FRAGMENT_SHADER, fragmentSource]]) {
    const shader = gl.createShader(kind);
    gl.shaderSource(shader, source);
    gl.compileShader(shader);
    if (!gl.getShaderParameter(shader, gl.COMPILE_STATUS)) throw new Error(gl.getShaderInfoLog(shader));
    gl.attachShader(program, shader);
  }
  gl.linkProgram(program);
  if (!gl.getProgramParameter(program, gl.LINK_STATUS)) throw new Error(gl.getProgramInfoLog(program));
  gl.useProgram(program);
  const uniform = {};
  for (const name of ['turn', 'camera', 'size', 'alpha', 'deep', 'byClass', 'marking', 'classes', 'ramp']) {
    uniform[name] = gl.getUniformLocation(program, name);
  }
  const buffer = (target, values) => {
    const b = gl.createBuffer();
    gl.bindBuffer(target, b);
    gl.bufferData(target, values, gl.STATIC_DRAW);
    return b;
  };
  const group = buffer(gl.ARRAY_BUFFER, data.group), mark = buffer(gl.ARRAY_BUFFER, data.mark);
  gl.bindVertexArray(null);
  const order = buffer(gl.ELEMENT_ARRAY_BUFFER, goldenOrder(data.n));
  for (const view of data.views) {
    view.array = gl.createVertexArray();
    gl.bindVertexArray(view.array);
    gl.bindBuffer(gl.ELEMENT_ARRAY_BUFFER, order);
    buffer(gl.ARRAY_BUFFER, view.at);
    gl.enableVertexAttribArray(0);
    gl.vertexAttribPointer(0, view.dim, gl.UNSIGNED_SHORT, true, 2 * view.step, 0);
    gl.bindBuffer(gl.ARRAY_BUFFER, group);
    gl.enableVertexAttribArray(1);
    gl.vertexAttribPointer(1, 1, gl.UNSIGNED_SHORT, false, 0, 0);
    view.tone = gl.createBuffer();
    gl.bindBuffer(gl.ARRAY_BUFFER, mark);
    gl.enableVertexAttribArray(3);
    gl.vertexAttribPointer(3, 1, gl.UNSIGNED_BYTE, false, 0, 0);
  }
  gl.enable(gl.BLEND);
  gl.blendFunc(gl.ONE, gl.ONE_MINUS_SRC_ALPHA);
  gl.enable(gl.SCISSOR_TEST);
  const texture = (unit, width, height, colors) => {
    gl.activeTexture(gl.TEXTURE0 + unit);
    gl.bindTexture(gl.TEXTURE_2D, gl.createTexture());
    gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_MIN_FILTER, gl.NEAREST);
    gl.texImage2D(gl.TEXTURE_2D, 0, gl.RGBA, width, height, 0, gl.RGBA, gl.UNSIGNED_BYTE, colors);
  };
  const rows = Math.max(1, Math.ceil(data.classes.length / 256));
  const colors = bytesOf(data.classes.length ? data.classes.map(c => c.color) : ['#3f6f9f'], 256 * rows);
  texture(0, 256, rows, colors);
  texture(1, 257, 1, bytesOf([...data.ramp, data.missing], 257));
  gl.uniform1i(uniform.classes, 0);
  gl.uniform1i(uniform.ramp, 1);
  return {gl, uniform, mark, colors, rows};
}

// bytesOf are colors as a texture has them.
function bytesOf(colors, size) {
  const out = new Uint8Array(4 * size).fill(255);
  colors.forEach((c, i) => { for (let k = 0; k < 3; k++) out[4 * i + k] = parseInt(c.slice(1 + 2 * k, 3 + 2 * k), 16); });
  return out;
}

function goldenOrder(n) {
  const order = new Uint32Array(n), divisor = (a, b) => b ? divisor(b, a % b) : a;
  let step = Math.max(1, Math.round(n * .6180339887));
  while (divisor(n, step) > 1) step++;
  for (let i = 0, at = 0; i < n; i++, at = (at + step) % n) order[i] = at;
  return order;
}

// The changes of what is drawn: which classes, which points are marked, and by which columns they are colored (one a view;
// undefined: by class).
function showClasses(drawing, data) {
  const {gl, colors, rows} = drawing;
  data.shown.forEach((on, i) => { colors[4 * i + 3] = on ? 255 : 0; });
  gl.activeTexture(gl.TEXTURE0);
  gl.texImage2D(gl.TEXTURE_2D, 0, gl.RGBA, 256, rows, 0, gl.RGBA, gl.UNSIGNED_BYTE, colors);
}

function showMarks(drawing, data) {
  drawing.gl.bindBuffer(drawing.gl.ARRAY_BUFFER, drawing.mark);
  drawing.gl.bufferData(drawing.gl.ARRAY_BUFFER, data.mark, drawing.gl.STATIC_DRAW);
}

function showTones({gl}, data, view, column) {
  gl.bindVertexArray(view.array);
  if (!column) {
    gl.disableVertexAttribArray(2);
    gl.vertexAttrib1f(2, 256);
    return;
  }
  const tones = new Uint16Array(data.n), missing = 2 ** column.bits - 1;
  for (let i = 0; i < data.n; i++) tones[i] = column.levels[i] === missing ? 256 : column.levels[i] * 255 / (missing - 1);
  gl.bindBuffer(gl.ARRAY_BUFFER, view.tone);
  gl.bufferData(gl.ARRAY_BUFFER, tones, gl.STATIC_DRAW);
  gl.enableVertexAttribArray(2);
  gl.vertexAttribPointer(2, 1, gl.UNSIGNED_SHORT, false, 0, 0);
}

// draw paints a frame. Points grow slowly with the zoom; where many share a pixel each is paler, so that what is far away
// shows its density.
function draw({gl, uniform}, data, canvas, byClass) {
  const ratio = canvas.ratio;
  gl.scissor(0, 0, canvas.width, canvas.height);
  gl.clearColor(1, 1, 1, 1);
  gl.clear(gl.COLOR_BUFFER_BIT);
  gl.uniform1i(uniform.byClass, byClass);
  gl.uniform1i(uniform.marking, data.marked > 0);
  for (const view of data.views) {
    const pixels = side(view) * ratio, {camera} = view;
    const size = Math.max(1, Math.min(14 * ratio, .9 * Math.sqrt(pixels * pixels / data.n / Math.sqrt(camera.zoom)) * .35));
    const overlap = 4 * data.n * size * size / (pixels * pixels); // of points that take a quarter of the square
    const box = [view.left, view.below, view.width, view.height].map(v => Math.round(v * ratio));
    gl.viewport(...box);
    gl.scissor(...box);
    gl.uniformMatrix3fv(uniform.turn, true, camera.turn);
    gl.uniform4f(uniform.camera, camera.x, camera.y, 2 * side(view) / view.width, 2 * side(view) / view.height);
    gl.uniform1f(uniform.size, size);
    gl.uniform1f(uniform.alpha, Math.max(.08, Math.min(.9, 1.6 / overlap)));
    gl.uniform1f(uniform.deep, view.dim === 3 ? 1 : 0);
    gl.bindVertexArray(view.array);
    gl.drawElements(gl.POINTS, data.n, gl.UNSIGNED_INT, 0);
  }
}
