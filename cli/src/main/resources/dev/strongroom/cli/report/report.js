(() => {
  'use strict';
  const root = document.documentElement;
  root.classList.add('js');

  // As MapDrawing does: as much of a label as fits, its middle left out.
  const cut = (text, fits) => {
    const points = Array.from(text);
    if (points.length <= fits) return text;
    if (fits < 6) return '';
    const head = Math.floor(fits / 2);
    return points.slice(0, head).join('') + '…' + points.slice(points.length - (fits - 1 - head)).join('');
  };

  for (const map of document.querySelectorAll('.map')) {
    const scroll = map.querySelector('.scroll');
    const inner = map.querySelector('.inner');
    const slider = map.querySelector('input');
    const readout = map.querySelector('.readout');
    const blocks = Array.from(map.querySelectorAll('.block'));
    const bound = parseFloat(map.querySelector('line.bound').getAttribute('x1')) / 100;
    const ticks = map.querySelector('.ticks');
    const tick = ticks.firstElementChild;
    const long = [];
    const steps = parseInt(ticks.dataset.steps, 10);

    const label = () => {
      const width = inner.clientWidth;
      long.length = 0;
      for (const block of blocks) {
        const pixels = parseFloat(block.getAttribute('width')) / 100 * width;
        block.classList.toggle('wide', pixels >= 30);
        if (pixels > 200) long.push([block, pixels, parseFloat(block.getAttribute('x')) / 100 * width]);
        const fits = Math.floor((pixels - 8) / 6.6);
        for (const text of block.querySelectorAll('text')) {
          const whole = text.dataset.text;
          text.textContent = whole ? (whole.length <= fits ? whole : '') : cut(block.dataset.name, fits);
        }
      }
    };

    // Long blocks whose beginning is out of sight are named where they can be seen.
    const follow = () => {
      for (const [block, pixels, left] of long) {
        const at = Math.min(Math.max(scroll.scrollLeft - left, 0), pixels - 160);
        for (const text of block.querySelectorAll('text')) text.setAttribute('x', at + 4);
      }
    };

    // A round number of steps apart, with room for their numbers.
    const mark = () => {
      const least = 80 * steps / inner.clientWidth;
      const power = 10 ** Math.max(0, Math.floor(Math.log10(least)));
      const gap = [1, 2, 5, 10].map((m) => m * power).find((g) => g >= least);
      ticks.textContent = '';
      for (let step = 0; step < steps; step += gap) {
        const text = tick.cloneNode();
        text.setAttribute('class', step === 0 ? 'step first' : 'step');
        text.setAttribute('x', 100 * (step + 0.5) / steps + '%');
        text.textContent = step.toLocaleString('en');
        ticks.append(text);
      }
    };

    const zoom = () => {
      // The binding step moves to the middle if it is seen, or else the middle stays.
      const half = scroll.clientWidth / 2;
      const middle = (scroll.scrollLeft + half) / inner.clientWidth;
      const seen = Math.abs(bound - middle) * inner.clientWidth <= half;
      inner.style.width = 100 * 2 ** parseFloat(slider.value) + '%';
      scroll.scrollLeft = (seen ? bound : middle) * inner.clientWidth - half;
      label();
      follow();
      mark();
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
    scroll.addEventListener('scroll', follow);
    slider.addEventListener('input', zoom);
    window.addEventListener('resize', zoom);
    window.addEventListener('beforeprint', () => {
      slider.value = 0;
      zoom();
    });
    zoom();

    const named = blocks.find((block) => '#' + block.id === location.hash);
    if (named) {
      named.focus();
      read(named);
    }
  }
  root.dataset.blocks = document.querySelectorAll('.block').length;
})();
