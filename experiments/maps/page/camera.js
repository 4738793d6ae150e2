// A view's camera: where its middle is, how much it enlarges, and how it is turned (of three coordinates). Places of points
// are from 0 to 1 in each coordinate; those on the screen are in CSS pixels of the stage.

function newCamera() { return {x: .5, y: .5, zoom: 1, turn: [1, 0, 0, 0, 1, 0, 0, 0, 1]}; }

// side is how many pixels the unit takes.
function side(view) { return .94 * Math.min(view.width, view.height) * view.camera.zoom; }

function toScreen(view, [x, y]) {
  const s = side(view);
  return [view.left + view.width / 2 + (x - view.camera.x) * s, view.top + view.height / 2 - (y - view.camera.y) * s];
}

function fromScreen(view, px, py) {
  const s = side(view);
  return [view.camera.x + (px - view.left - view.width / 2) / s, view.camera.y - (py - view.top - view.height / 2) / s];
}

function zoomAt(view, px, py, factor) {
  const [x, y] = fromScreen(view, px, py);
  view.camera.zoom = Math.max(.5, Math.min(5000, view.camera.zoom * factor));
  const [u, v] = fromScreen(view, px, py);
  view.camera.x += x - u;
  view.camera.y += y - v;
}

// turnBy turns a view of three coordinates about the axes of the screen, by pixels.
function turnBy(view, dx, dy) {
  const a = dx * .01, b = dy * .01, ca = Math.cos(a), sa = Math.sin(a), cb = Math.cos(b), sb = Math.sin(b);
  const by = [ca, 0, sa, sa * sb, cb, -ca * sb, -sa * cb, sb, ca * cb], t = view.camera.turn, out = [];
  for (let r = 0; r < 3; r++) {
    for (let c = 0; c < 3; c++) out.push(by[3 * r] * t[c] + by[3 * r + 1] * t[3 + c] + by[3 * r + 2] * t[6 + c]);
  }
  view.camera.turn = out;
  view.flat = null;
}

// flat gives the places of all points as they are seen, x and y from 0 to 1; of two coordinates as they are.
function flat(view, n) {
  if (view.flat) return view.flat;
  const places = new Float32Array(2 * n), {at, step} = view, t = view.camera.turn;
  if (view.dim === 2) {
    for (let i = 0; i < 2 * n; i++) places[i] = at[i] / 65535;
  } else {
    for (let i = 0; i < n; i++) {
      const x = at[step * i] / 65535 - .5, y = at[step * i + 1] / 65535 - .5, z = at[step * i + 2] / 65535 - .5;
      places[2 * i] = t[0] * x + t[1] * y + t[2] * z + .5;
      places[2 * i + 1] = t[3] * x + t[4] * y + t[5] * z + .5;
    }
  }
  view.grid = null;
  return view.flat = places;
}
