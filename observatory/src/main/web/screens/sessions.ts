// Sessions: who came, how far, as which family; with filters, and a way to each transcript.

import {html, nothing} from 'lit';
import {csv, get, type SessionRow, type SessionsCounted} from '../api';
import {count, moment, t} from '../words';
import {go, here, href, sameScreen} from '../place';
import {Screen} from '../parts/screen';
import {STEPS, brief, familyName, sessionLink, sourceLink, stageMarks} from '../parts/said';
import '../parts/figure';

interface Data {
  sessions: SessionRow[];
  total: number;
  skip: number;
  counted: SessionsCounted;
}

const PAGE = 50;
const FILTERS = ['step', 'door', 'family', 'cpu', 'source', 'fingerprint', 'text'];
const DOORS = ['telnet', 'ssh', 'http', 'adb', 'tr069', 'upnp', 'netis', 'other'];
const CPUS = ['arm', 'armv7', 'aarch64', 'mips', 'mipsel', 'powerpc', 'superh', 'sparc', 'm68k', 'x86', 'x86-64', 'arc', 'riscv'];
const FAMILIES = ['mirai', 'hajime', 'gafgyt', 'mozi', 'tsunami', 'ssh-key-planter', 'unknown'];

function filters(): Record<string, string | null> {
  const q = here().q;
  return Object.fromEntries(FILTERS.map(name => [name, q.get(name)]));
}

export class SessionsScreen extends Screen<Data> {
  protected load(): Promise<Data> {
    return get<Data>('sessions', {...filters(), by: null, limit: String(PAGE), skip: here().q.get('skip') ?? '0'});
  }

  render() {
    return html`<h1>${t('sessions.title')}</h1>${this.form()}${super.render()}`;
  }

  private form() {
    const q = here().q;
    const choose = (name: string, values: string[], label: (v: string) => string) => html`
      <label>${t(`sessions.by.${name}`)}
        <select name=${name} @change=${(e: Event) => this.set(name, (e.target as HTMLSelectElement).value)}>
          <option value="" .selected=${!q.get(name)}>${t('sessions.any')}</option>
          ${[...new Set([...values, ...(q.get(name) ? [q.get(name)!] : [])])].map(v => html`<option value=${v} .selected=${q.get(name) === v}>${label(v)}</option>`)}
        </select></label>`;
    const type = (name: string, size: number, example: string) => html`
      <label>${t(`sessions.by.${name}`)}
        <input name=${name} size=${size} maxlength="200" .value=${q.get(name) ?? ''} placeholder=${example} autocomplete="off" spellcheck="false"
          @change=${(e: Event) => this.set(name, (e.target as HTMLInputElement).value.trim())}></label>`;
    const some = FILTERS.some(name => q.get(name));
    return html`<form class="controls" role="search" aria-label=${t('sessions.filter')} @submit=${(e: Event) => e.preventDefault()}>
      ${choose('step', STEPS, v => t('sessions.atleast', t(`step.${v}`)))}
      ${choose('door', DOORS, v => v)}
      ${choose('family', FAMILIES, familyName)}
      ${choose('cpu', CPUS, v => v)}
      ${type('source', 16, '192.0.2.1')}
      ${type('text', 18, t('sessions.text.example'))}
      ${q.get('fingerprint') ? html`<span class="chip">${t('sessions.by.fingerprint')} <span class="address">${q.get('fingerprint')}</span></span>` : nothing}
      ${some ? html`<button type="button" @click=${() => go(sameScreen({...Object.fromEntries(FILTERS.map(f => [f, null])), skip: null}))}>${t('sessions.clear')}</button>` : nothing}
    </form>`;
  }

  private set(name: string, value: string) {
    go(sameScreen({[name]: value, skip: null}));
  }

  protected show(d: Data) {
    const last = Math.min(d.skip + d.sessions.length, d.total);
    return html`
      <teiten-figure .heading=${t('sessions.list')} .unit=${d.total ? t('sessions.shown', count(d.skip + 1), count(last), count(d.total)) : ''}
        .summary=${d.total ? '' : t('sessions.none')}
        .cells=${() => ({
          text: [3, 5, 7, 8],
          columns: [t('sessions.session'), t('col.source'), t('sessions.start'), t('sessions.door'), t('sessions.stages'), t('sessions.family'), t('sessions.commands'), t('sessions.cpus'), t('sessions.urls')],
          rows: d.sessions.map(s => [
            html`${sessionLink(s)}${s.demo ? html` <span class="demo-tag">DEMO</span>` : nothing}`,
            sourceLink(s.source), moment(s.start), s.device ? `${s.door} · ${s.device}` : s.door, html`${stageMarks(s.stages)}`,
            html`<a href=${href('/sessions', {family: s.family})}>${familyName(s.family)}</a>`, count(s.commands), s.cpus.join(t('comma')),
            html`<span class="address">${s.urls.length ? brief(s.urls[0], 48) : ''}</span>${s.urls.length > 1 ? ` +${s.urls.length - 1}` : ''}`,
          ]),
        })} .csv=${csv('sessions', {...filters(), by: null, limit: '0'})} .counted=${d.counted} .note=${t('sessions.note')}></teiten-figure>
      <nav class="pages" aria-label=${t('sessions.pages')}>
        ${d.skip > 0 ? html`<a class="button" href=${sameScreen({skip: d.skip > PAGE ? String(d.skip - PAGE) : null})}>${t('sessions.newer')}</a>` : nothing}
        ${last < d.total ? html`<a class="button" href=${sameScreen({skip: String(d.skip + PAGE)})}>${t('sessions.older')}</a>` : nothing}
      </nav>`;
  }
}


customElements.define('teiten-sessions', SessionsScreen);
