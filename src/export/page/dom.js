/* Elements: everything that is shown is put in as text, never as markup. */
raftsh.dom = (() => {
  const SVG = 'http://www.w3.org/2000/svg';
  const fill = (element, attributes, children) => {
    for (const [name, value] of Object.entries(attributes || {})) {
      if (value === null || value === undefined || value === false) continue;
      if (name.startsWith('on')) element.addEventListener(name.slice(2), value);
      else if (name === 'value') element.value = value;
      else element.setAttribute(name, value === true ? '' : value);
    }
    element.append(...children.filter((child) => child !== null && child !== undefined));
    return element;
  };
  const html = (name, attributes, ...children) =>
    fill(document.createElement(name), attributes, children);
  const svg = (name, attributes, ...children) =>
    fill(document.createElementNS(SVG, name), attributes, children);
  const by = (id) => document.getElementById(id);
  const set = (element, ...children) => element.replaceChildren(...children);

  /* What is wider than its place can be scrolled, with the keyboard too. */
  const scroll = (label, child) =>
    html('div', { class: 'scroll', tabindex: 0, role: 'group', 'aria-label': label }, child);

  /* A text in which each #42 is a link to that event. */
  const linked = (text, go) =>
    text.split(/(#\d+)/).map((part) => {
      if (!/^#\d+$/.test(part)) return document.createTextNode(part);
      return html(
        'button',
        { class: 'link', type: 'button', onclick: () => go(Number(part.slice(1))) },
        part,
      );
    });
  return { html, svg, by, set, scroll, linked };
})();
