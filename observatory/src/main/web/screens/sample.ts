// One sample: its place in the chain of an attack, its facts, what it did in the sealed lab, and what is like it.

import {html, nothing, type TemplateResult} from 'lit';
import {base, look, tip, type Option} from '../charts';
import {csv, get, type Counted} from '../api';
import {bytes, count, known, moment, percent, portName, rate, t} from '../words';
import {here, href} from '../place';
import {Screen, portLink, tile} from '../parts/screen';
import {cpuName, fact, howSamples, type SampleLine, type SamplesCounted} from './samples';
import '../parts/figure';

interface Found {
  value: string;
  offset: number;
  via: string;
}

interface FactLine {
  value: string;
  where?: string;
  trust?: string;
  why?: string;
}

interface Facts {
  md5: string;
  sha1: string;
  tlsh: string;
  entropy: number;
  packer?: string;
  packing_signs?: string[];
  header_evidence?: string;
  anomalies: string[];
  strings: Record<string, Found[]>;
  xor_tables: {key: string; offset: number; length: number; anchors: Found[]; entries: Found[]}[];
  traces: {compilers: Found[]; libraries: Found[]};
  families: {family: string; rule: string; place: string; needed: number; evidence: Found[]}[];
  segments?: {type: string; permissions: string; offset: string; file_bytes: string; memory_bytes: string; entropy: number}[];
  facts?: Record<string, FactLine>;
  script?: {interpreter: string; urls: Found[]; architectures: Found[]; tools: Found[]; lines: number};
  archive?: {format: string; members: {name: string; size: number; kind: string; cpu: string; sha256: string}[]};
}

interface Behaviour {
  cpu: string;
  reading: string;
  emulator: string;
  ended: string;
  wall_ms: number;
  dns: string[];
  controllers: {address: string; port: number; name: string; first_sent: string; first_received: string; at_ms: number}[];
  searches: {service: string; attempts: number; addresses: number; mirai: number; per_second: number; at_ms?: number; until_ms?: number}[];
  avoided: string[];
  logins: string[];
  files: Act[];
  processes: Act[];
  limits: string[];
  hidden: string[];
}

interface Act {
  act: string;
  path?: string;
  object?: string;
  done?: boolean;
  times?: number;
  at_ms?: number;
  bytes?: number;
}

interface Alike {
  searched: {port: string; share: number}[];
  sources: {source: string; likeness: number; accesses: number; common: string[]; mirai: number; first: string; last: string}[];
  total: number;
  counted: Counted | null;
}

interface Detail extends SampleLine {
  facts: Facts;
  seen: {time: string; sensor: string; session: string; url: string}[];
  lab: {at: string; demo: boolean; behaviour: Behaviour}[];
  sessions: {session: string; sensor: string; source: string; start: string; how: string}[];
  sessions_total: number;
  neighbours: {sha256: string; cpu: string; demo: boolean; kind: string; evidence: string}[];
  counted: SamplesCounted;
}

interface Data {
  sample: Detail;
  alike: Alike;
}

/** One line of the time line: what, when it began, until when, and of which kind. */
interface Moment {
  what: string;
  from: number;
  to: number;
  kind: 'network' | 'file' | 'process';
  note: string;
}

const MOST_MOMENTS = 40;

function act(what: string): string {
  return what.startsWith('tries ') ? t('act.tries', what.slice(6)) : known(`act.${what}`) ?? what;
}

function service(name: string): string {
  const [protocol, number] = name.split('/');
  return portName(`${number}/${protocol}`);
}

function moments(b: Behaviour): Moment[] {
  const all: Moment[] = [];
  for (const c of b.controllers) {
    all.push({what: `${t('sample.controller')} ${c.name || c.address}:${c.port}`, from: c.at_ms, to: c.at_ms, kind: 'network', note: c.first_sent});
  }
  for (const s of b.searches) {
    const verb = s.addresses > 4 ? t('sample.searches') : t('sample.asks');
    all.push({what: `${verb} ${service(s.service)}`, from: s.at_ms ?? 0, to: s.until_ms ?? b.wall_ms, kind: 'network', note: t('sample.search', count(s.attempts), count(s.addresses), rate(s.per_second))});
  }
  for (const [kind, acts] of [['file', b.files], ['process', b.processes]] as const) {
    for (const a of acts) {
      if (a.at_ms === undefined) continue;
      all.push({
        what: `${act(a.act)} ${a.path ?? a.object ?? ''}`.trim(), from: a.at_ms, to: a.at_ms, kind,
        note: [a.times && a.times > 1 ? `×${count(a.times)}` : '', a.done === false ? t('sample.refused') : ''].filter(Boolean).join(' '),
      });
    }
  }
  return all.sort((x, y) => x.from - y.from || x.to - y.to);
}

export class SampleScreen extends Screen<Data> {
  protected async load(): Promise<Data> {
    const path = `sample/${encodeURIComponent(here().sample)}`;
    const [sample, alike] = await Promise.all([get<Detail>(path, {from: null, to: null, by: null, sensor: null}), get<Alike>(`${path}/alike`, {by: null, limit: '50'})]);
    return {sample, alike};
  }

  protected show(d: Data) {
    const s = d.sample;
    const f = s.facts;
    return html`<h1>${t('sample.title')} <span class="address">${s.sha256}</span>${s.demo ? html` <span class="demo-tag">DEMO</span>` : nothing}</h1>
      ${s.demo ? html`<p class="note">${t('samples.demo')}</p>` : nothing}
      ${this.chain(d)}
      <dl class="tiles">
        ${tile('CPU', cpuName(s), s.kind === 'elf' ? `${s.class}${t('comma')}${fact(s.endianness)}${s.isa === 'unknown' ? '' : t('comma') + s.isa}` : known(`kind.${s.kind}`) ?? s.kind)}
        ${tile(t('samples.size'), bytes(s.size), t('sample.entropy', rate(f.entropy)))}
        ${tile(t('sample.packed'), fact(s.packed), f.packer || (s.header_lies ? t('sign.lies') : t('sample.honest')))}
        ${tile(t('samples.family'), s.families.join(t('comma')) || '–', s.families.length ? t('sample.kin') : t('sample.nofamily'))}
      </dl>
      <div class="grid">
        <div class="full">${this.behaviour(s)}</div>
        <div class="full">${this.facts(s)}</div>
        <div class="half">${this.texts(s)}</div>
        <div class="half">${this.hiddenText(s)}</div>
        <div class="full">${this.neighbours(s)}</div>
        <div class="full">${this.came(s)}</div>
        <div class="full">${this.alike(d)}</div>
        <div class="full"><section class="panel limits" aria-labelledby="limits"><h2 id="limits">${t('limits')}</h2><p>${t('sample.limits')}</p></section></div>
      </div>
      <p class="note">${t('samples.bytes')}</p>`;
  }

  private chain(d: Data) {
    const s = d.sample;
    const b = s.lab[0]?.behaviour;
    const urls = new Set(s.seen.map(x => x.url).filter(Boolean));
    const step = (name: string, value: unknown, note: unknown, target: string, there: boolean) => html`<li class=${there ? 'there' : 'missing'}>
      <span class="step">${name}</span>${there && target ? html`<a class="value" href=${target}>${value}</a>` : html`<span class="value">${value}</span>`}<span class="small">${note}</span></li>`;
    const searches = b ? b.searches.filter(x => x.addresses > 4).map(x => service(x.service)) : [];
    return html`<section class="panel chain" aria-labelledby="chain"><h2 id="chain">${t('sample.chain')}</h2>
      <ol>
        ${step(t('chain.sessions'), count(s.sessions_total), s.sessions_total ? t('chain.sessions.note') : t('chain.sessions.none'), '#came', s.sessions_total > 0)}
        ${step(t('chain.download'), count(urls.size), [...urls][0] ?? t('chain.download.none'), '#came', urls.size > 0)}
        ${step(t('chain.sample'), s.sha256.slice(0, 8), t('chain.sample.note', count(s.sightings)), '#facts', true)}
        ${step(t('chain.cpu'), cpuName(s), s.header_lies ? t('sign.lies') : t('chain.cpu.note'), '#facts', s.kind === 'elf')}
        ${step(t('chain.behaviour'), b ? searches.join(t('comma')) || t('chain.behaviour.quiet') : '–', b ? t('chain.behaviour.note', b.ended) : t('chain.behaviour.none'), '#behaviour', Boolean(b))}
        ${step(t('chain.alike'), count(d.alike.total), d.alike.total ? t('chain.alike.note') : t('chain.alike.none'), '#alike', d.alike.total > 0)}
      </ol></section>`;
  }

  private behaviour(s: Detail) {
    const run = s.lab[0];
    if (!run) {
      return html`<section class="panel" id="behaviour" aria-labelledby="behaviour-title"><h2 id="behaviour-title">${t('sample.behaviour')}</h2><p>${t('sample.norun')}</p><p><code>./teiten lab run --store FILE</code></p></section>`;
    }
    const b = run.behaviour;
    const all = moments(b);
    const shown = all.slice(0, MOST_MOMENTS);
    const end = Math.max(1, b.wall_ms, ...all.map(m => m.to));
    const room = innerWidth < 700 ? 120 : 250;
    const chart = (): Option => {
      const l = look();
      const color = {network: l.series[0], file: l.series[1], process: l.series[2]};
      return {
        ...base(),
        grid: {left: room, right: 26, top: 8, bottom: 40},
        tooltip: {...base().tooltip, trigger: 'item', formatter: (p: any) => {
          const m = shown[p.dataIndex];
          return tip(m.what, [[t('sample.at'), m.to > m.from ? t('sample.ms.range', count(m.from), count(m.to)) : t('sample.ms', count(m.from))]], m.note);
        }},
        xAxis: {type: 'value', min: 0, max: end, name: t('sample.axis'), nameLocation: 'middle', nameGap: 24, nameTextStyle: {color: l.soft}, axisLabel: {color: l.soft, hideOverlap: true, formatter: (v: number) => count(v)}, splitLine: {lineStyle: {color: l.line}}},
        yAxis: {type: 'category', inverse: true, data: shown.map(m => m.what), axisTick: {show: false}, axisLine: {show: false}, axisLabel: {color: l.ink, width: room - 12, overflow: 'truncate', interval: 0}},
        series: [
          {type: 'bar', stack: 'time', silent: true, itemStyle: {color: 'transparent'}, data: shown.map(m => Math.min(m.from, end * 0.99))},
          {type: 'bar', stack: 'time', barMaxWidth: 14, data: shown.map(m => ({value: Math.max(m.to - m.from, end * 0.01), itemStyle: {color: color[m.kind]}}))},
        ],
      };
    };
    const hidden = html`${t('sample.hidden')} ${b.hidden.map(h => known(`hidden.${h}`) ?? h).join(' ')}`;
    const summary = t('sample.run', moment(run.at), b.emulator || '–', b.ended, count(b.wall_ms)) + (b.limits.length ? ` ${t('sample.bounds', b.limits.join(t('comma')))}` : '');
    return html`<div id="behaviour"><teiten-figure .heading=${t('sample.behaviour')} .summary=${summary} size=${shown.length > 10 ? 'tall' : 'medium'} .chart=${shown.length ? chart : null}
        .cells=${() => ({text: [1, 2], columns: [t('sample.at.ms'), t('sample.what'), t('sample.detail'), t('sample.known')], rows: all.map(m => [m.to > m.from ? `${count(m.from)} – ${count(m.to)}` : count(m.from), m.what, m.note || '–', t(m.kind === 'network' ? 'known.capture' : 'known.trace')])})}
        .csv=${this.csv(s, 'behaviour')} .note=${hidden} .how=${howSamples(s.counted)}></teiten-figure>
      ${this.findings(b)}</div>`;
  }

  private findings(b: Behaviour) {
    const line = (how: string, content: unknown) => html`<li><span class="known">${t(`known.${how}`)}</span> ${content}</li>`;
    const marked = b.searches.filter(s => s.mirai > 0);
    return html`<section class="panel findings" aria-labelledby="findings"><h2 id="findings">${t('sample.findings')}</h2><ul class="evidence">
      ${line('file', html`CPU: ${b.cpu} (${b.reading})`)}
      ${b.dns.length ? line('capture', html`${t('sample.dns')} ${b.dns.join(t('comma'))}`) : nothing}
      ${b.controllers.map(c => line('capture', html`${t('sample.controller')} <span class="address">${c.address}:${c.port}/TCP</span> ${c.name} ${t('sample.first', c.first_sent)}`))}
      ${b.searches.map(s => line('capture', html`${s.addresses > 4 ? t('sample.searches') : t('sample.asks')} ${portLink(s.service.split('/').reverse().join('/'))}: ${t('sample.search', count(s.attempts), count(s.addresses), rate(s.per_second))}`))}
      ${marked.map(s => line('capture', t('sample.mirai', service(s.service), percent(s.mirai / s.attempts))))}
      ${b.avoided.length ? line('capture', html`${t('sample.avoided')} ${b.avoided.join(t('comma'))}`) : nothing}
      ${b.logins.length ? line('capture', html`${t('sample.logins', count(b.logins.length))} ${b.logins.slice(0, 12).join(' ')}`) : nothing}
      ${b.files.filter(a => a.at_ms === undefined).map(a => line('warden', html`${act(a.act)} ${a.path}${a.bytes === undefined ? nothing : html` (${bytes(a.bytes)})`}`))}
      ${!b.searches.length && !b.controllers.length ? line('capture', t('sample.silent')) : nothing}
    </ul></section>`;
  }

  private facts(s: Detail) {
    const f = s.facts;
    const rows: (string | TemplateResult)[][] = [
      ['SHA-256', html`<span class="address">${s.sha256}</span>`, t('sample.hash'), '–'],
      ['SHA-1', html`<span class="address">${f.sha1}</span>`, t('sample.hash'), '–'],
      ['MD5', html`<span class="address">${f.md5}</span>`, t('sample.hash'), '–'],
      ['TLSH', html`<span class="address">${f.tlsh === 'unknown' ? t('fact.unknown') : f.tlsh}</span>`, t('sample.hash'), '–'],
    ];
    for (const [name, one] of Object.entries(f.facts ?? {})) {
      rows.push([known(`fact.name.${name}`) ?? name, fact(one.value), place(one.where ?? one.why ?? '–'), one.trust ? known(`trust.${one.trust}`) ?? one.trust : '–']);
    }
    if (f.script) {
      rows.push([t('fact.name.interpreter'), f.script.interpreter, t('sample.lines', count(f.script.lines)), '–']);
      rows.push([t('sample.tools'), f.script.tools.map(x => x.value).join(t('comma')) || '–', '–', '–']);
      rows.push([t('sample.order'), f.script.architectures.map(x => x.value).join(' → ') || '–', '–', '–']);
    }
    for (const m of f.archive?.members ?? []) rows.push([t('sample.member'), m.name, `${known(`kind.${m.kind}`) ?? m.kind} ${fact(m.cpu)}${t('comma')}${bytes(m.size)}`, '–']);
    for (const x of [...f.traces.compilers, ...f.traces.libraries]) rows.push([t('sample.trace'), x.value, at(x), t('trust.toolchain')]);
    if (s.header_lies && f.header_evidence) rows.push([t('sign.lies'), f.header_evidence, '–', t('trust.inferred')]);
    for (const sign of f.packing_signs ?? []) rows.push([t('sample.packed'), place(sign), '–', t('trust.inferred')]);
    for (const g of f.segments ?? []) rows.push([t('sample.segment'), `${g.type} ${g.permissions}`, t('sample.segment.text', g.offset, count(Number(g.file_bytes)), count(Number(g.memory_bytes))), t('sample.entropy', rate(g.entropy))]);
    for (const odd of f.anomalies) rows.push([t('sample.anomaly'), odd, '–', '–']);
    return html`<div id="facts"><teiten-figure .heading=${t('sample.facts')} .cells=${() => ({text: [1, 2, 3], columns: [t('sample.fact'), t('sample.value'), t('sample.where'), t('sample.trust')], rows})}
      .csv=${this.csv(s, '')} .how=${howSamples(s.counted)} .note=${t('sample.facts.note')}></teiten-figure></div>`;
  }

  private texts(s: Detail) {
    const rows: (string | TemplateResult)[][] = [];
    for (const kind of ['urls', 'addresses', 'hosts', 'ports', 'user_agents', 'shell', 'paths', 'credentials']) {
      for (const x of (s.facts.strings[kind] ?? []).slice(0, 25)) rows.push([known(`text.${kind}`) ?? kind, x.value, at(x)]);
    }
    return rows.length
      ? html`<teiten-figure .heading=${t('sample.texts')} .cells=${() => ({text: [1, 2], columns: [t('sample.kind'), t('sample.text'), t('sample.where')], rows})} .csv=${''} .note=${t('sample.texts.note')}></teiten-figure>`
      : html`<section class="panel" aria-labelledby="texts"><h2 id="texts">${t('sample.texts')}</h2><p>${t('sample.notexts')}</p></section>`;
  }

  private hiddenText(s: Detail) {
    const tables = s.facts.xor_tables;
    const families = s.facts.families;
    return html`<section class="panel" aria-labelledby="hiddentext"><h2 id="hiddentext">${t('sample.xor')}</h2>
      ${tables.length ? nothing : html`<p>${t('sample.noxor')}</p>`}
      ${tables.slice(0, 4).map(x => html`<p>${t('sample.xor.table', x.key, `0x${x.offset.toString(16)}`, count(x.entries.length), x.anchors.map(a => a.value).join(t('comma')))}</p>
        <ul class="evidence">${x.entries.filter(e => e.value.length > 4 && e.offset >= Math.min(...x.anchors.map(a => a.offset)) - 64).slice(0, 14).map(e => html`<li><span class="address">${e.value}</span></li>`)}</ul>`)}
      <h3>${t('samples.family')}</h3>
      ${families.length
        ? html`<ul class="evidence">${families.map(h => html`<li><strong>${t('sample.kinof', h.family)}</strong> ${t('sample.rule', h.rule, h.place, count(h.evidence.length), count(h.needed))} ${h.evidence.slice(0, 6).map(e => `“${e.value}”`).join(t('comma'))}</li>`)}</ul>`
        : html`<p>${t('sample.nofamily.text')}</p>`}</section>`;
  }

  private neighbours(s: Detail) {
    if (!s.neighbours.length) {
      return html`<section class="panel" aria-labelledby="near"><h2 id="near">${t('sample.neighbours')}</h2><p>${t('sample.noneighbours')}</p></section>`;
    }
    return html`<teiten-figure .heading=${t('sample.neighbours')} .cells=${() => ({
      text: [1, 2, 3],
      columns: [t('sample.title'), 'CPU', t('sample.why'), t('sample.evidence')],
      rows: s.neighbours.map(n => [html`<a class="address" href=${href(`/samples/${n.sha256}`)}>${n.sha256.slice(0, 12)}</a>${n.demo ? html` <span class="demo-tag">DEMO</span>` : nothing}`, fact(n.cpu), known(`near.${n.kind}`) ?? n.kind, n.evidence]),
    })} .csv=${this.csv(s, 'neighbours')} .how=${howSamples(s.counted)} .note=${t('sample.neighbours.note')}></teiten-figure>`;
  }

  private came(s: Detail) {
    const rows: (string | TemplateResult)[][] = s.sessions.map(x => [
      moment(x.start), x.sensor, session(x.session, x.sensor), html`<a href=${href(`/source/${x.source}`)}>${x.source}</a>`, known(`how.${x.how}`) ?? x.how,
    ]);
    const there = new Set(s.sessions.map(x => x.session));
    for (const x of s.seen) rows.push([moment(x.time), x.sensor || '–', there.has(x.session) ? session(x.session, x.sensor) : x.session || '–', x.url || '–', t('how.kept')]);
    return html`<div id="came">${rows.length
      ? html`<teiten-figure .heading=${t('sample.came')} .cells=${() => ({text: [1, 2, 3, 4], columns: [t('sample.time'), t('sensor'), t('sample.session'), t('sample.from'), t('sample.how')], rows})}
          .csv=${this.csv(s, 'sightings')} .how=${howSamples(s.counted)}></teiten-figure>`
      : html`<section class="panel" aria-labelledby="camehow"><h2 id="camehow">${t('sample.came')}</h2><p>${t('sample.notcame')}</p></section>`}</div>`;
  }

  private alike(d: Data) {
    const a = d.alike;
    if (!a.sources.length) {
      return html`<section class="panel" id="alike" aria-labelledby="alikewho"><h2 id="alikewho">${t('sample.alike')}</h2><p>${a.searched.length ? t('sample.alike.none') : t('sample.alike.nosearch')}</p></section>`;
    }
    return html`<div id="alike"><teiten-figure .heading=${t('sample.alike')} .summary=${t('sample.alike.summary', count(a.total), a.searched.slice(0, 6).map(x => `${portName(x.port)} ${percent(x.share)}`).join(t('comma')))}
      .cells=${() => ({
        text: [3],
        columns: [t('col.source'), t('sample.likeness'), t('col.accesses'), t('sample.common'), t('sample.mirai.col'), t('col.first'), t('col.last')],
        rows: a.sources.map(x => [html`<a href=${href(`/source/${x.source}`)}>${x.source}</a>`, percent(x.likeness), count(x.accesses), x.common.map(portName).join(t('comma')), count(x.mirai), moment(x.first), moment(x.last)]),
      })} .csv=${csv(`sample/${d.sample.sha256}/alike`, {by: null, limit: '1000'})} .counted=${a.counted} .note=${t('sample.alike.note')}></teiten-figure></div>`;
  }

  private csv(s: Detail, table: string): string {
    return csv(`sample/${s.sha256}`, {from: null, to: null, by: null, sensor: null, table: table || null});
  }
}

/** Where a fact stands, or why it is unknown, in the reader's language; names of fields stay as they are. */
function place(text: string): string {
  return known(`where.${text}`) ?? text;
}

function session(id: string, sensor: string) {
  return html`<a class="address" href=${href(`/sessions/${encodeURIComponent(id)}`, {of: sensor})}>${id}</a>`;
}

function at(x: Found): string {
  return `0x${x.offset.toString(16)}${x.via === 'plain' ? '' : ` (${x.via})`}`;
}

customElements.define('teiten-sample', SampleScreen);
