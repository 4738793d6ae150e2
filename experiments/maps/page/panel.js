// The panel at the side. Names are text always, never markup.

const byId = id => document.getElementById(id);

function element(tag, text, more) { return Object.assign(document.createElement(tag), {textContent: text ?? ''}, more); }

// describe is what is known of a row.
function describe(data, i) {
  const lines = [data.names ? `${data.names[i]} (row ${i})` : `row ${i}`];
  if (data.classes.length) lines.push(data.classes[data.group[i]].name);
  const name = byId('by').value;
  for (const column of data.columns) {
    const value = column.name === name && valueOf(column, i);
    if (column.name !== name || value === undefined) continue;
    const where = column.view >= 0 && data.views.length > 1 ? ` (${data.views[column.view].title})` : '';
    lines.push(`${column.name}${where}: ${Number(value.toPrecision(column.bits === 8 ? 3 : 4))}`);
  }
  return lines.join('\n');
}

// fillClasses lists the classes that occur; a change calls back.
function fillClasses(data, changed) {
  const counts = new Uint32Array(data.classes.length);
  for (let i = 0; data.classes.length && i < data.n; i++) counts[data.group[i]]++;
  const boxes = [];
  const set = () => {
    for (const [i, box] of boxes) data.shown[i] = box.checked ? 1 : 0;
    changed();
  };
  data.classes.forEach((c, i) => {
    if (!counts[i]) return;
    const label = element('label', '', {title: 'double click: this class alone, or all'});
    const box = element('input', '', {type: 'checkbox', checked: true, onchange: set});
    const dot = element('i');
    dot.style.background = c.color;
    label.append(box, dot, element('span', c.name), element('small', counts[i].toLocaleString('en')));
    label.ondblclick = event => {
      event.preventDefault();
      const alone = boxes.every(([k, b]) => k === i || !b.checked);
      for (const [k, b] of boxes) b.checked = alone || k === i;
      set();
    };
    boxes.push([i, box]);
    byId('classes').append(label);
  });
}

// fillColors lists what points can be colored by: names of columns, once each.
function fillColors(data, changed) {
  const by = byId('by');
  by.append(element('option', data.classes.length ? 'class' : 'nothing', {value: ''}));
  for (const name of new Set(data.columns.map(c => c.name))) by.append(element('option', name, {value: name}));
  by.parentElement.hidden = data.columns.length === 0;
  by.onchange = () => changed(by.value);
  const paint = byId('ramp').children[1].getContext('2d');
  data.ramp.forEach((color, i) => { paint.fillStyle = color; paint.fillRect(i, 0, 1, 1); });
}

// columnsOf are, for each view, the column of that name.
function columnsOf(data, name) {
  return data.views.map((_, v) => data.columns.find(c => c.name === name && (c.view < 0 || c.view === v)));
}

// showRamp explains the colors of columns; each view has its own ends, which are said where they are the same.
function showRamp(columns) {
  const known = columns.filter(c => c), ramp = byId('ramp');
  ramp.style.display = known.length ? 'flex' : 'none';
  if (!known.length) return;
  const same = known.every(c => c.min === known[0].min && c.max === known[0].max);
  ramp.children[0].textContent = same ? Number(known[0].min.toPrecision(3)) : 'least';
  ramp.children[2].textContent = same ? Number(known[0].max.toPrecision(3)) : 'greatest';
}

const mostListed = 500;

// fillSelection lists the selected rows, the first of them.
function fillSelection(data, point) {
  byId('selection').hidden = data.marked === 0;
  const list = byId('rows'), selected = selectedRows(data);
  byId('selected').textContent = `${selected.length.toLocaleString('en')} ${selected.length === 1 ? 'row' : 'rows'}`;
  list.replaceChildren(...selected.slice(0, mostListed).map(i =>
    element('li', describe(data, i).split('\n').slice(0, 2).join(', '), {onpointerenter: () => point(i)})));
  const more = selected.length - mostListed;
  if (more > 0) list.append(element('li', `and ${more.toLocaleString('en')} more`));
}

function selectedRows(data) {
  const rows = [];
  for (let i = 0; i < data.n; i++) if (data.mark[i]) rows.push(i);
  return rows;
}

// table is the selection as tab-separated lines, quoted as spreadsheets want it.
function table(data) {
  const quoted = s => /[\t\n\r"]/.test(s) ? `"${s.replaceAll('"', '""')}"` : s;
  const columns = [['row', i => String(i)]];
  if (data.names) columns.push(['name', i => data.names[i]]);
  if (data.classes.length) columns.push(['class', i => data.classes[data.group[i]].name]);
  const lines = [columns.map(([name]) => name)];
  for (const i of selectedRows(data)) lines.push(columns.map(([, of]) => of(i)));
  return lines.map(line => line.map(quoted).join('\t') + '\n').join('');
}

function copyTable(data) {
  const area = element('textarea', table(data)); // works from file:// too, where the clipboard may be closed
  document.body.append(area);
  area.select();
  document.execCommand('copy');
  area.remove();
}

function downloadTable(data) {
  const file = new Blob([table(data)], {type: 'text/tab-separated-values'});
  const link = element('a', '', {download: 'rows.tsv', href: URL.createObjectURL(file)});
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 1000);
}
