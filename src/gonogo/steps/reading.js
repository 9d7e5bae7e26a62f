// Reads a page the way a person does: only what is visible, white space made single.
// Evaluated once per look; returns plain data.
() => {
  const tidy = text => (text || '').replace(/\s+/g, ' ').trim();
  const bare = text => tidy(text).replace(/\s*[:*]+$/, '');
  const isVisible = element => {
    const box = element.getClientRects();
    return box.length > 0 && getComputedStyle(element).visibility !== 'hidden';
  };
  const say = element => {
    if (element.matches('input[type=checkbox], input[type=radio]')) return element.checked ? 'ticked' : 'not ticked';
    if (element.matches('select')) return tidy(Array.from(element.selectedOptions, o => o.text).join(', '));
    if (element.matches('input, textarea')) return tidy(element.value);
    return tidy(element.innerText);
  };
  const nameOf = element => {
    const own = element.getAttribute('aria-label');
    if (own) return tidy(own);
    const by = element.getAttribute('aria-labelledby');
    if (by) return tidy(by.split(/\s+/).map(id => document.getElementById(id)?.innerText || '').join(' '));
    return '';
  };

  const precedingHeading = element => {
    for (let at = element; at && at !== document.body; at = at.parentElement)
      for (let before = at.previousElementSibling; before; before = before.previousElementSibling) {
        if (/^H[1-6]$/.test(before.tagName)) return tidy(before.innerText);
        const inside = before.querySelectorAll('h1, h2, h3, h4, h5, h6');
        if (inside.length) return tidy(inside[inside.length - 1].innerText);
      }
    return '';
  };

  const sectionOf = element => {
    const part = element.closest('section, fieldset, form, aside, [role=region], [role=group]');
    const legend = part?.querySelector(':scope > legend');
    return (part && (nameOf(part) || tidy(legend?.innerText))) || precedingHeading(element);
  };

  const cellsOf = row => {
    const cells = [];
    for (const cell of row.querySelectorAll(':scope > td, :scope > th')) {
      cells.push(say(cell));
      for (let extra = 1; extra < cell.colSpan; extra++) cells.push('');
    }
    return cells;
  };

  const readTable = (table, index) => {
    const all = Array.from(table.querySelectorAll('tr')).filter(row => row.closest('table') === table);
    const isHeading = row => row.parentElement.tagName === 'THEAD'
      || (row.querySelector(':scope > th') && !row.querySelector(':scope > td'));
    const heading = all.find(row => isHeading(row) && row.querySelectorAll(':scope > th, :scope > td').length > 1)
      || all.find(isHeading);
    const rows = [];
    all.forEach((row, mark) => {
      if (row !== heading && !isHeading(row) && isVisible(row) && row.parentElement.tagName !== 'TFOOT')
        rows.push({ mark, cells: cellsOf(row) });
    });
    return {
      index,
      name: tidy(table.caption?.innerText) || nameOf(table) || precedingHeading(table),
      columns: heading ? cellsOf(heading) : [],
      rows,
    };
  };

  const pairs = [];
  const pair = (rank, label, element) => {
    if (!element || !isVisible(element)) return;
    // Far readings (5, 6) are guesses by nearness; naming their section would cost more than they are worth.
    const section = rank < 5 ? sectionOf(element) : '';
    pairs.push({ rank, label: bare(label), value: say(element), section });
  };
  document.querySelectorAll('dt').forEach(term => {
    let value = term.nextElementSibling;
    while (value && value.tagName === 'DT') value = value.nextElementSibling;
    if (value?.tagName === 'DD') pair(1, term.innerText, value);
  });
  document.querySelectorAll('tr > th').forEach(cell => {
    if (cell.closest('thead') || cell.scope === 'col' || cell.parentElement.children.length !== 2) return;
    const value = cell.nextElementSibling;
    if (value?.tagName === 'TD') pair(1, cell.innerText, value);
  });
  document.querySelectorAll('label').forEach(label => {
    const words = Array.from(label.childNodes).filter(n => n.nodeType === 3 || !n.matches?.('input,select,textarea'));
    if (label.control) pair(2, words.map(n => n.innerText ?? n.textContent).join(' '), label.control);
  });
  document.querySelectorAll('[aria-label], [aria-labelledby]').forEach(element => {
    if (!element.matches('table, nav, main, section, form, a, button, svg, img, [role]'))
      pair(3, nameOf(element), element);
  });
  document.querySelectorAll('td:first-child').forEach(cell => {
    if (cell.parentElement.children.length === 2) pair(4, cell.innerText, cell.nextElementSibling);
  });
  document.querySelectorAll('b, strong, span, div, p, h2, h3, h4, h5, h6, small').forEach(element => {
    if (element.children.length === 0 && element.nextElementSibling && tidy(element.textContent).length < 80)
      pair(5, element.innerText, element.nextElementSibling);
  });
  document.querySelectorAll('b, strong').forEach(element => {
    const rest = tidy(element.parentElement.innerText).slice(tidy(element.innerText).length);
    if (isVisible(element) && tidy(element.parentElement.innerText).startsWith(tidy(element.innerText)) && rest.trim())
      pairs.push({ rank: 6, label: bare(element.innerText), value: tidy(rest.replace(/^\s*:/, '')),
        section: '' });
  });

  const tables = [];
  document.querySelectorAll('table').forEach((table, index) => {
    if (!isVisible(table)) return;
    const read = readTable(table, index);
    // Inside a cell of another table and without a row of data: page links laid out, not a table to a person.
    if (read.rows.length || !table.parentElement.closest('table')) tables.push(read);
  });
  const names = (selector, read) => Array.from(document.querySelectorAll(selector)).filter(isVisible)
    .map(read).filter(text => text);
  return {
    text: tidy(document.body ? document.body.innerText : ''),
    title: tidy(document.title),
    headings: names('h1, h2, h3, h4, h5, h6', e => tidy(e.innerText)),
    h1: names('h1', e => tidy(e.innerText)),
    messages: names('[role=status], [role=alert], [role=log], [aria-live]', e => tidy(e.innerText)),
    alerts: names('[role=alert]', e => tidy(e.innerText)),
    pairs,
    tables,
  };
}
