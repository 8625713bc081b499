// What all screens share: they fetch, show that they wait or failed, and fetch again when the place or the data change.

import {LitElement, html, nothing} from 'lit';
import {portName, service, t} from '../words';
import {href} from '../place';
import type {Status} from '../api';

export abstract class Screen<T> extends LitElement {
  static properties = {status: {attribute: false}, data: {state: true}, fault: {state: true}, waiting: {state: true}};

  declare status: Status;
  declare data: T | null;
  declare fault: string;
  declare waiting: boolean;
  private turn = 0;
  private path = '';

  constructor() {
    super();
    this.data = null;
    this.fault = '';
    this.waiting = true;
  }

  createRenderRoot() {
    return this;
  }

  connectedCallback() {
    super.connectedCallback();
    addEventListener('place', this.renew);
    addEventListener('look', this.redraw);
    void this.renew();
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    removeEventListener('place', this.renew);
    removeEventListener('look', this.redraw);
    this.turn++;
  }

  /** Fetches anew; of two that overlap only the later one is shown. */
  renew = async () => {
    const mine = ++this.turn;
    if (this.path !== location.pathname) this.data = null;
    this.path = location.pathname;
    this.waiting = true;
    try {
      const data = await this.load();
      if (mine !== this.turn) return;
      this.data = data;
      this.fault = '';
    } catch (problem) {
      if (mine !== this.turn) return;
      this.fault = problem instanceof Error ? problem.message : String(problem);
    }
    this.waiting = false;
  };

  private redraw = () => {
    this.requestUpdate();
    // Figures compare by identity: new closures make them draw in the new colours.
  };

  protected abstract load(): Promise<T>;
  protected abstract show(data: T): unknown;

  render() {
    return html`
      <div class="screen" aria-busy=${this.waiting}>
        ${this.fault ? html`<p class="fault" role="alert"><strong>${t('fault')}</strong> ${this.fault}</p>` : nothing}
        ${this.data && !this.fault ? this.show(this.data) : this.fault ? nothing : html`<p class="waiting">${t('waiting')}</p>`}
      </div>`;
  }
}

export function portLink(port: string) {
  const name = service(port);
  return html`<a href=${href(`/port/${port}`)}>${portName(port)}</a>${name ? html` <span class="service">${name}</span>` : nothing}`;
}

export function tile(label: string, value: unknown, note: unknown = '') {
  return html`<div class="tile"><dt>${label}</dt><dd class="big">${value}</dd>${note ? html`<dd class="small">${note}</dd>` : nothing}</div>`;
}
