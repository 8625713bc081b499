// A bar inside a table cell or a list: its length is a share, its number stands beside it.

import {html, svg} from 'lit';

export function bar(share: number, kind = '') {
  const width = Math.max(0, Math.min(1, share)) * 100;
  return html`<svg class="bar ${kind}" viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true">
    ${svg`<rect class="track" width="100" height="8"/><rect class="fill" width=${width} height="8"/>`}
  </svg>`;
}

/** Shares of one whole, side by side, in the colours of the marks. */
export function stack(parts: [number, string][]) {
  const whole = parts.reduce((sum, [n]) => sum + n, 0) || 1;
  let at = 0;
  return html`<svg class="bar" viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true">
    ${parts.map(([n, kind]) => {
      const width = (n / whole) * 100;
      const piece = svg`<rect class=${kind} x=${at} width=${width} height="8"/>`;
      at += width;
      return piece;
    })}
  </svg>`;
}

/** What the colours of a stacked chart mean. */
export function colourKey(parts: [string, string][]) {
  return html`<span class="key">${parts.map(([name, colour]) => html`<svg class="swatch" viewBox="0 0 10 10" aria-hidden="true">${svg`<rect width="10" height="10" fill=${colour}/>`}</svg>${name} `)}</span>`;
}
