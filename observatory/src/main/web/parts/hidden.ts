// Under the bar: how much is left out, or is all that is shown, when known investigators are told apart.

import {html} from 'lit';
import {get, type Investigators} from '../api';
import {count, percent, t} from '../words';
import {here} from '../place';
import {Screen} from './screen';

/** Screens of things that have a beginning and an end of their own. */
const DATED = ['events', 'victims'];

export class Hidden extends Screen<Investigators> {
  protected load(): Promise<Investigators> {
    return get<Investigators>('scanners', {by: null, scanners: null});
  }

  render() {
    const d = this.data;
    if (!d || this.fault) return html``;
    const only = here().q.get('scanners') === 'only';
    return html`<p class="hidden-note" role="note">
      <strong>${t(only ? 'hidden.only' : 'hidden.without', count(d.sources), percent(d.all_sources ? d.sources / d.all_sources : 0), count(d.packets), percent(d.all_packets ? d.packets / d.all_packets : 0))}</strong>
      ${t('hidden.by', count(d.listed), count(d.hitters), count(d.lists.length))} ${DATED.includes(here().screen) ? '' : t('hidden.days')}</p>`;
  }

  protected show() {
    return html``;
  }
}

customElements.define('teiten-hidden', Hidden);
