// The page: it reads, draws once, and then listens. A test finds what it needs in window.map.

async function main() {
  const stage = byId('stage'), canvas = byId('canvas'), tip = byId('tip'), outline = byId('lasso').firstElementChild;
  const times = {began: performance.now()}, frames = {script: 0, count: 0};
  const data = await readData();
  times.unpacked = performance.now();
  const drawing = newDrawing(canvas, data);
  let asked = 0, columns = [], drag = null, pointed = -1;

  byId('title').textContent = data.title;
  byId('count').textContent = `${data.n.toLocaleString('en')} points`;
  data.views.forEach((view, v) => {
    view.camera = newCamera();
    view.heading = element('h2', view.title);
    view.ring = element('div', '', {className: 'ring'});
    view.border = element('div', '', {className: 'border', hidden: data.views.length === 1});
    stage.append(view.border, view.heading, view.ring);
  });
  if (data.views.some(v => v.dim === 3)) byId('help').prepend('Of three coordinates: drag to turn, with Ctrl to move. ');

  const paint = () => {
    asked = 0;
    const began = performance.now();
    draw(drawing, data, canvas, columns.length === 0);
    placeRings();
    frames.script += performance.now() - began;
    frames.count++;
  };
  const redraw = () => { asked ||= requestAnimationFrame(paint); };
  const placeRings = () => {
    for (const view of data.views) {
      view.ring.style.display = pointed < 0 ? 'none' : 'block';
      if (pointed < 0) continue;
      const places = flat(view, data.n), [x, y] = toScreen(view, [places[2 * pointed], places[2 * pointed + 1]]);
      const seen = x >= view.left && x <= view.left + view.width && y >= view.top && y <= view.top + view.height;
      Object.assign(view.ring.style, {left: `${x}px`, top: `${y}px`, display: seen ? 'block' : 'none'});
    }
  };
  const layOut = () => {
    canvas.ratio = window.devicePixelRatio || 1;
    canvas.width = stage.clientWidth * canvas.ratio;
    canvas.height = stage.clientHeight * canvas.ratio;
    const count = data.views.length, wide = stage.clientWidth, high = stage.clientHeight;
    const across = Math.max(1, Math.min(count, Math.round(Math.sqrt(count * wide / high))));
    const down = Math.ceil(count / across);
    data.views.forEach((view, v) => {
      Object.assign(view, {width: wide / across, height: high / down});
      view.left = v % across * view.width;
      view.top = Math.floor(v / across) * view.height;
      view.below = high - view.top - view.height;
      const at = {left: `${view.left}px`, top: `${view.top}px`};
      Object.assign(view.heading.style, at);
      Object.assign(view.border.style, at, {width: `${view.width}px`, height: `${view.height}px`});
    });
  };
  const point = i => { pointed = i; placeRings(); };
  const select = rows => {
    data.mark.fill(0);
    for (const i of rows) data.mark[i] = 1;
    data.marked = rows.length;
    showMarks(drawing, data);
    fillSelection(data, point);
    redraw();
  };
  const colorBy = name => {
    columns = name ? columnsOf(data, name) : [];
    data.views.forEach((view, v) => showTones(drawing, data, view, columns[v]));
    showRamp(columns);
    redraw();
  };
  const local = event => {
    const box = stage.getBoundingClientRect();
    return [event.clientX - box.left, event.clientY - box.top];
  };
  const viewAt = (px, py) =>
    data.views.find(v => px < v.left + v.width && py < v.top + v.height && px >= v.left && py >= v.top) ?? data.views.at(-1);
  const hover = (px, py) => {
    const view = viewAt(px, py), i = pick(data, view, px, py, 8);
    point(i);
    tip.style.display = i < 0 ? 'none' : 'block';
    if (i < 0) return;
    tip.textContent = describe(data, i);
    const right = px > stage.clientWidth / 2;
    Object.assign(tip.style, {
      left: right ? 'auto' : `${px + 14}px`, right: right ? `${stage.clientWidth - px + 14}px` : 'auto',
      top: `${py + 14}px`,
    });
  };

  canvas.addEventListener('pointerdown', event => {
    const at = local(event), lasso = event.shiftKey || byId('tool').getAttribute('aria-pressed') === 'true';
    drag = {view: viewAt(...at), at, lasso, move: event.ctrlKey || event.metaKey || event.button > 0, polygon: [at]};
    canvas.setPointerCapture(event.pointerId);
    tip.style.display = 'none';
  });
  canvas.addEventListener('pointermove', event => {
    const [px, py] = local(event);
    if (!drag) return hover(px, py);
    const {view, at} = drag, s = side(view);
    if (drag.lasso) {
      drag.polygon.push([px, py]);
      outline.setAttribute('points', drag.polygon.join(' '));
      return;
    }
    if (view.dim === 3 && !drag.move) {
      turnBy(view, px - at[0], py - at[1]);
    } else {
      view.camera.x -= (px - at[0]) / s;
      view.camera.y += (py - at[1]) / s;
    }
    drag.at = [px, py];
    point(-1);
    redraw();
  });
  canvas.addEventListener('pointerup', () => {
    if (drag?.lasso) select(drag.polygon.length > 2 ? within(data, drag.view, drag.polygon) : []);
    outline.removeAttribute('points');
    drag = null;
  });
  canvas.addEventListener('pointerleave', () => { if (!drag) { point(-1); tip.style.display = 'none'; } });
  canvas.addEventListener('contextmenu', event => event.preventDefault());
  canvas.addEventListener('wheel', event => {
    event.preventDefault();
    const [px, py] = local(event), view = viewAt(px, py);
    zoomAt(view, px, py, Math.exp(-event.deltaY * (event.deltaMode ? .05 : .0015)));
    redraw();
  }, {passive: false});
  window.addEventListener('resize', () => { layOut(); redraw(); });

  fillClasses(data, () => { showClasses(drawing, data); redraw(); });
  fillColors(data, colorBy);
  byId('tool').onclick = () => {
    const on = byId('tool').getAttribute('aria-pressed') !== 'true';
    byId('tool').setAttribute('aria-pressed', on);
    canvas.style.cursor = on ? 'crosshair' : '';
  };
  byId('home').onclick = () => {
    for (const view of data.views) Object.assign(view, {camera: newCamera(), flat: null});
    redraw();
  };
  byId('find').oninput = () => select(matching(data, byId('find').value));
  byId('clear').onclick = () => { byId('find').value = ''; select([]); };
  byId('copy').onclick = () => copyTable(data);
  byId('download').onclick = () => downloadTable(data);

  layOut();
  colorBy('');
  paint();
  times.asked = performance.now();
  drawing.gl.readPixels(0, 0, 1, 1, drawing.gl.RGBA, drawing.gl.UNSIGNED_BYTE, new Uint8Array(4)); // waits for the frame
  times.ready = performance.now();
  byId('status').textContent = '';
  window.map = {data, drawing, frames, times, redraw, paint};
  await new Promise(done => setTimeout(done));
  if (data.named) data.names = JSON.parse(new TextDecoder().decode(await unpack('names')));
  for (const view of data.views) gridOf(view, data.n);
  window.map.complete = true;
}

main().catch(error => {
  byId('status').textContent = `This map cannot be shown: ${error.message}`;
  window.map = {error: error.message};
});
