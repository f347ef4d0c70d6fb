(() => {
  'use strict';
  const root = document.documentElement;
  root.classList.add('js');

  // As MapDrawing does: as much of a label as fits, its middle left out.
  const cut = (text, fits) => {
    const points = Array.from(text);
    if (points.length <= fits) return text;
    if (fits < 4) return '';
    const head = Math.floor(fits / 2);
    return points.slice(0, head).join('') + '…' + points.slice(points.length - (fits - 1 - head)).join('');
  };

  for (const map of document.querySelectorAll('.map')) {
    const scroll = map.querySelector('.scroll');
    const inner = map.querySelector('.inner');
    const slider = map.querySelector('input');
    const readout = map.querySelector('.readout');
    const blocks = Array.from(map.querySelectorAll('.block'));

    const label = () => {
      const width = inner.clientWidth;
      for (const block of blocks) {
        const pixels = parseFloat(block.getAttribute('width')) / 100 * width;
        block.classList.toggle('wide', pixels >= 30);
        for (const text of block.querySelectorAll('text')) {
          text.textContent = cut(text.dataset.text || block.dataset.name, Math.floor((pixels - 8) / 6.2));
        }
      }
      map.classList.toggle('close', width >= 6 * scroll.clientWidth);
    };

    const zoom = () => {
      const middle = (scroll.scrollLeft + scroll.clientWidth / 2) / inner.clientWidth;
      inner.style.width = 100 * 2 ** parseFloat(slider.value) + '%';
      scroll.scrollLeft = middle * inner.clientWidth - scroll.clientWidth / 2;
      label();
    };

    const read = (block) => {
      readout.textContent = block.querySelector('title').textContent;
    };

    const go = (from, by) => {
      const next = blocks[blocks.indexOf(from) + by];
      if (!next) return;
      from.setAttribute('tabindex', '-1');
      next.setAttribute('tabindex', '0');
      next.focus();
    };

    const onBlock = (act) => (event) => {
      const block = event.target.closest('.block');
      if (block) act(block, event);
    };

    scroll.addEventListener('pointerover', onBlock(read));
    scroll.addEventListener('focusin', onBlock(read));
    scroll.addEventListener('keydown', onBlock((block, event) => {
      const by = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
      if (by) {
        event.preventDefault();
        go(block, by);
      }
    }));
    slider.addEventListener('input', zoom);
    window.addEventListener('resize', label);
    window.addEventListener('beforeprint', () => {
      slider.value = 0;
      zoom();
    });
    label();

    const named = blocks.find((block) => '#' + block.id === location.hash);
    if (named) {
      named.focus();
      read(named);
    }
  }
  root.dataset.blocks = document.querySelectorAll('.block').length;
})();
