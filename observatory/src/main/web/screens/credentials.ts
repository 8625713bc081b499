// Credentials: which pairs are tried, how often, since when. Masked until somebody asks to see them.

import {html} from 'lit';
import {csv, get, type CredentialRow, type SessionsCounted} from '../api';
import {count, moment, percent, t} from '../words';
import {Screen, tile} from '../parts/screen';
import {bar} from '../parts/bar';
import {brief} from '../parts/said';
import '../parts/figure';

interface Data {
  credentials: CredentialRow[];
  masked: boolean;
  counted: SessionsCounted;
}

export class CredentialsScreen extends Screen<Data> {
  static properties = {...Screen.properties, reveal: {state: true}};

  declare reveal: boolean;

  constructor() {
    super();
    this.reveal = false;
  }

  protected load(): Promise<Data> {
    return get<Data>('credentials', this.asked('200'));
  }

  private asked(limit: string) {
    return {by: null, limit, reveal: this.reveal ? 'true' : null};
  }

  protected show(d: Data) {
    const tries = d.credentials.reduce((sum, c) => sum + c.tries, 0);
    const most = Math.max(1, ...d.credentials.map(c => c.tries));
    const word = (text: string) => html`<span class="address">${brief(text, 64) || t('cred.empty')}</span>`;
    return html`
      <div class="title-row"><h1>${t('cred.title')}</h1>
        <button type="button" aria-pressed=${this.reveal} @click=${this.toggle}>${this.reveal ? t('cred.mask') : t('cred.reveal')}</button></div>
      <dl class="tiles">
        ${tile(t('cred.pairs'), count(d.credentials.length), d.credentials.length >= 200 ? t('cred.first', 200) : '')}
        ${tile(t('cred.tries'), count(tries))}
        ${tile(t('cred.accepted'), percent(tries ? d.credentials.reduce((sum, c) => sum + c.accepted, 0) / tries : null))}
        ${tile(t('cred.top10'), percent(tries ? d.credentials.slice(0, 10).reduce((sum, c) => sum + c.tries, 0) / tries : null), t('cred.top10.note'))}
      </dl>
      <teiten-figure .heading=${t('cred.list')} .cells=${() => ({
        columns: [t('cred.user'), t('cred.password'), t('cred.tries'), '', t('cred.accepted'), t('chain.sessions'), t('chain.sources'), t('col.first'), t('col.last')],
        text: [1],
        rows: d.credentials.map(c => [
          word(c.user), word(c.password), count(c.tries), html`${bar(c.tries / most)}`, count(c.accepted), count(c.sessions), count(c.sources), moment(c.first), moment(c.last),
        ]),
      })} .csv=${csv('credentials', this.asked('0'))} .counted=${d.counted} .note=${this.reveal ? t('cred.note.revealed') : t('cred.note')}></teiten-figure>`;
  }

  private toggle() {
    this.reveal = !this.reveal;
    void this.renew();
  }
}

customElements.define('teiten-credentials', CredentialsScreen);
