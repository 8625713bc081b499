// A chart with all that makes it honest and usable: title, summary, table view, CSV, and how it was counted.

import {LitElement, html, nothing, type TemplateResult} from 'lit';
import {connect, init, type EChartsType, type Option} from '../charts';
import type {Counted, SessionsCounted} from '../api';
import {howCounted} from './counted';
import {t} from '../words';

export interface Cells {
  columns: string[];
  /** One list a line; numbers are already written out. */
  rows: (string | TemplateResult)[][];
  /** Which columns hold sentences and not numbers. */
  text?: number[];
}

/** Lists up to this length are not shown through a window. */
const WHOLE_ROWS = 60;

const MOST_ROWS = 2000;
let nextId = 0;

export class Figure extends LitElement {
  static properties = {
    heading: {}, unit: {}, summary: {}, chart: {attribute: false}, cells: {attribute: false}, csv: {},
    counted: {attribute: false}, size: {}, group: {}, note: {attribute: false}, how: {attribute: false}, pick: {attribute: false}, asTable: {state: true},
  };

  declare heading: string;
  declare unit: string;
  declare summary: string;
  declare chart: (() => Option) | null;
  declare cells: () => Cells;
  declare csv: string;
  declare counted: Counted | SessionsCounted;
  /** Called with what was clicked in the chart. */
  declare pick: ((item: {name: string; seriesName: string; dataIndex: number; value: unknown}) => void) | null;
  declare size: string;
  declare group: string;
  declare note: TemplateResult | string;
  /** How it was counted, where that is not the way of captures. */
  declare how: TemplateResult | null;
  declare asTable: boolean;

  private drawn: EChartsType | null = null;
  private readonly watcher = new ResizeObserver(() => this.drawn?.resize());
  private readonly key = `figure-${nextId++}`;

  constructor() {
    super();
    this.asTable = false;
    this.size = 'medium';
    this.unit = '';
    this.summary = '';
    this.note = '';
    this.chart = null;
    this.how = null;
    this.pick = null;
  }

  createRenderRoot() {
    return this;
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    this.forget();
  }

  private forget() {
    this.watcher.disconnect();
    this.drawn?.dispose();
    this.drawn = null;
  }

  render() {
    return html`
      <figure class=${this.asTable ? 'panel chosen' : 'panel'} aria-labelledby=${this.key}>
        <div class="panel-head">
          <h2 id=${this.key}>${this.heading}${this.unit ? html` <span class="unit">${this.unit}</span>` : nothing}</h2>
          <div class="tools">
            ${this.chart
              ? html`<button type="button" class="tool" aria-pressed=${this.asTable} @click=${() => (this.asTable = !this.asTable)}>
                  ${this.asTable ? t('figure.chart') : t('figure.table')}</button>`
              : nothing}
            ${this.csv ? html`<a class="tool" href=${this.csv} download aria-label=${t('figure.csv.label', this.heading)}>CSV</a>` : nothing}
          </div>
        </div>
        ${this.summary ? html`<p class="summary">${this.summary}</p>` : nothing}
        ${this.asTable || !this.chart
          ? this.table()
          : html`<div class="chart ${this.size}" role="img" aria-label=${`${this.heading}. ${this.summary}`}></div>`}
        ${this.note ? html`<p class="note">${this.note}</p>` : nothing}
        ${this.how ?? (this.counted ? howCounted(this.counted) : nothing)}
      </figure>`;
  }

  private table() {
    const {columns, rows, text = []} = this.cells();
    const kind = (i: number) => (text.includes(i) ? 'text' : nothing);
    if (rows.length === 0) return nothing;
    return html`
      <div class=${!this.chart && rows.length <= WHOLE_ROWS ? 'scroll whole' : 'scroll'} tabindex="0" role="region" aria-labelledby=${this.key}>
        <table>
          <thead><tr>${columns.map((c, i) => html`<th scope="col" class=${kind(i)}>${c}</th>`)}</tr></thead>
          <tbody>
            ${rows.slice(0, MOST_ROWS).map(r => html`<tr>${r.map((c, i) => (i ? html`<td class=${kind(i)}>${c}</td>` : html`<th scope="row">${c}</th>`))}</tr>`)}
          </tbody>
        </table>
      </div>
      ${rows.length > MOST_ROWS ? html`<p class="note">${t('figure.more', rows.length - MOST_ROWS)}</p>` : nothing}`;
  }

  updated() {
    const place = this.querySelector<HTMLElement>('.chart');
    if (!place || !this.chart) {
      this.forget();
      return;
    }
    if (this.drawn && this.drawn.getDom() !== place) this.forget();
    if (!this.drawn) {
      this.drawn = init(place, null, {renderer: 'canvas'});
      this.drawn.on('click', (item: any) => this.pick?.(item));
      this.watcher.observe(place);
      if (this.group) {
        this.drawn.group = this.group;
        connect(this.group);
      }
    }
    this.drawn.setOption(this.chart(), {notMerge: true});
  }
}

customElements.define('teiten-figure', Figure);
