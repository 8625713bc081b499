// The REST answers as the server words them, and how they are fetched.

import {here, zone} from './place';

export interface Counted {
  sensors: string[];
  addresses: number;
  addresses_inferred: boolean;
  from: string;
  to: string;
  observed_seconds: number;
  /** Whether known investigators are part of it. */
  scanners?: string;
  /** Before this, single sources are kept no longer. */
  sources_from?: string;
}

export type Marks = Record<string, number>;

export interface Tally {
  packets: number;
  bytes: number;
  accesses: number;
  syn: number;
  backscatter: number;
  marks: Marks;
}

export interface Sourced extends Tally {
  sources: number;
  sources_error: number;
}

export interface PortLine extends Sourced {
  port: string;
  per_day_and_address: number | null;
  first?: string;
}

export interface Bucket {
  start: string;
  end: string;
  observed: number;
  packets: number | null;
  accesses: number | null;
  marks: Marks | null;
  sources: number | null;
  sources_error: number;
  per_day_and_address: number | null;
}

export interface Series {
  port: string | null;
  by: 'minute' | 'hour' | 'day';
  buckets: Bucket[];
  counted: Counted;
}

export interface ClassSeries {
  by: string;
  starts: string[];
  packets: Record<string, number[]>;
  counted: Counted;
}

export interface HeatMap {
  ports: string[];
  hours: string[];
  gap: boolean[];
  per_day_and_address: (number | null)[][];
  counted: Counted;
}

export interface Os {
  guess: 'linux' | 'windows' | 'other' | 'unclear';
  ttl_min: number;
  ttl_max: number;
}

export interface PortReport extends Sourced {
  port: string;
  per_day_and_address: number | null;
  os_shares: Record<string, number>;
  overlaps: {port: string; sources: number; share: number}[];
  sources_with_table: number;
  /** These sources are a random sample of all. */
  sampled: boolean;
  counted: Counted;
}

export interface PortUse extends Tally {
  port: string;
  targets: number;
  targets_error: number;
  first: string;
  last: string;
}

export interface SourceReport extends Tally {
  source: string;
  targets: number;
  targets_error: number;
  first: string | null;
  last: string | null;
  os: Os;
  /** No more than were asked for; `all_ports` says how many there are. */
  ports: PortUse[];
  all_ports: number;
  /** The others only got its answers. */
  accessed_ports: number;
  days: (Tally & {day: string; ports: number; os: Os})[];
  rules_version: number;
  scanner?: KnownScanner;
  counted: Counted;
}

/** What is known of a source as an investigator. */
export interface KnownScanner {
  investigator: boolean;
  lists: {list: string; version: string; entry: string; loaded: string}[];
  hits: {sensor: string; port: string | null; start: string; end: string; targets: number; targets_error: number; addresses: number; share: number; infected: boolean}[];
}

/** What a sensor can see of scans. */
export interface Limit {
  sensor: string;
  addresses: number;
  addresses_inferred: boolean;
  timeout_s: number;
  detection_limit_pps: number;
  fewest_targets: number;
  victim_limit_pps: number;
}

/** What answers about events share. */
export interface EventFrame {
  limits: Limit[];
  up_to_date: boolean;
  counted: Counted;
}

export interface ScanEvent {
  source: string;
  key: string;
  ports: number;
  start: string;
  end: string;
  packets: number;
  targets: number;
  targets_error: number;
  rate_ipv4_pps: number | null;
  timeout_s: number;
  marks: Marks;
  ttl_min: number;
  ttl_max: number;
  syn_shapes: string[];
  sensor: string;
}

export interface EventsAnswer extends EventFrame {
  events: ScanEvent[];
  total: number;
  skip: number;
}

export interface VictimsAnswer extends EventFrame {
  victims: Victim[];
  total: number;
  skip: number;
}

export interface CountStep {
  start: string;
  count: number;
  /** Share that was looked at, 0 to 1. */
  observed: number;
}

export interface Victim {
  victim: string;
  start: string;
  end: string;
  packets: number;
  busiest_minute: number;
  ports: number;
  services: string[];
  rate_ipv4_pps: number;
  answers_ipv4: number;
  error: number;
  sensor: string;
}

export interface Campaign {
  id: string;
  mark: string | null;
  system: Os['guess'];
  syn_shape: string;
  ports: {port: string; sources: number; packets: number; expected: number}[];
  from: string;
  to: string;
  first: string;
  last: string;
  middle: string;
  sources: number;
  packets: number;
  expected: number;
  chance: number;
  elsewhere: number;
  sensors: string[];
}

export interface Investigators extends EventFrame {
  sources: number;
  packets: number;
  listed: number;
  hitters: number;
  all_sources: number;
  all_packets: number;
  lists: {name: string; kind: string; version: string; entries: number; sources: number; loaded: string}[];
}

export interface SourceLine extends Tally {
  source: string;
  targets: number;
  targets_error: number;
  ports: number;
  first: string;
  last: string;
  os: Os;
}

/** Packets that were lost, by who lost them. */
export interface Lost {
  kernel: number;
  interface: number;
  teiten: number;
}

export interface Sensor {
  name: string;
  prefixes: string[];
  addresses: number;
  addresses_error: number;
  addresses_inferred: boolean;
  demo: boolean;
  first: string | null;
  last: string | null;
  packets: number;
  closed_early?: number;
  outcomes: Record<string, number>;
  skipped: Record<string, number>;
  gaps: {from: string; to: string; reason: string}[];
  capture?: {
    running: boolean;
    packets: number;
    lost: Lost & {share: number};
    stops: {from: string; to: string}[];
    loss: (Lost & {minute: string})[];
  };
  imports: {
    file: string;
    packets: number;
    bytes: number;
    outcomes: Record<string, number>;
    skipped: Record<string, number>;
    first: string | null;
    last: string | null;
    stopped_at: {offset: number | null; reason: string} | null;
    stored_at: string;
  }[];
}

export interface Status {
  empty: boolean;
  first: string | null;
  last: string | null;
  now: string;
  sensors: {name: string; demo: boolean}[];
  sessions: {first: string; last: string; sensors: {name: string; demo: boolean}[]} | null;
}

/** How an answer about sessions was counted. */
export interface SessionsCounted {
  sensors: string[];
  from: string;
  to: string;
  sessions: number;
  all_sessions: number;
  sources: number;
  readings: number;
}

export interface SessionRow {
  session: string;
  sensor: string;
  source: string;
  source_port: number;
  start: string;
  end: string;
  ended: boolean;
  door: string;
  port: number;
  device: string;
  stages: string[];
  family: string;
  evidence: {rule: string; line: string}[];
  rules: string;
  commands: number;
  urls: string[];
  cpus: string[];
  samples: string[];
  fingerprint: string;
  demo: boolean;
}

export interface SessionDetail extends SessionRow {
  masked: boolean;
  about: {en: string; ja: string} | null;
  hosts: string[];
  files: string[];
  tokens: string[];
  credentials: {user: string; password: string; accepted: boolean}[];
  stage_marks: {stage: string; at: string; evidence: string}[];
  cpu_clues: {cpu: string; how: string; evidence: string}[];
  events: Record<string, unknown>[];
  transcript: {after: number; side: 'visitor' | 'sensor'; text: string; length?: number; echoed: boolean}[];
}

export interface ChainAnswer {
  scan: {port: string; accesses: number; sources: number; sources_error: number} | null;
  steps: {step: string; sessions: number; sources: number}[];
  families: {family: string; furthest: Record<string, number>}[];
  loaders: {fingerprint: string; family: string; sessions: number; sources: number; first: string; last: string; sensor: string; example: string}[];
  links: {
    sensor: string; loader: string; loader_source: string; start: string; family: string; scanner: string;
    scanner_source: string; delay_seconds: number; rivals: number; own_host: boolean; hosts: string[];
  }[];
  counted: SessionsCounted;
}

export interface CredentialRow {
  user: string;
  password: string;
  tries: number;
  accepted: number;
  sessions: number;
  sources: number;
  first: string;
  last: string;
}

export interface Progress {
  file: string;
  packets: number;
  bytes: number;
  total_bytes: number;
  packets_per_second: number;
  done: boolean;
}

export type Asked = Record<string, string | null>;

/** The address of an answer, with the span, zone and sensors of the address bar unless told otherwise. */
export function api(path: string, asked: Asked = {}): string {
  const q = new URLSearchParams();
  const now = here().q;
  for (const key of ['from', 'to', 'by']) {
    const value = now.get(key);
    if (value) q.set(key, value);
  }
  const scanners = now.get('scanners');
  if (scanners && scanners !== 'all') {
    q.set('scanners', scanners);
    q.delete('by'); // only days hold single sources
  }
  for (const sensor of now.getAll('sensor')) q.append('sensor', sensor);
  q.set('tz', zone());
  for (const [key, value] of Object.entries(asked)) {
    if (value === null) q.delete(key);
    else q.set(key, value);
  }
  return `/api/v1/${path}?${q}`;
}

export async function fetchJson<T>(address: string): Promise<T> {
  const response = await fetch(address, {headers: {Accept: 'application/json'}});
  const body = await response.json();
  if (!response.ok) throw new Error(body.error ?? response.statusText);
  return body as T;
}

export function get<T>(path: string, asked: Asked = {}): Promise<T> {
  return fetchJson<T>(api(path, asked));
}

export function csv(path: string, asked: Asked = {}): string {
  return api(path, {...asked, format: 'csv'});
}

/** Accesses that bear Mirai's mark, another known tool's, none. One packet may bear several: Mirai's comes first. */
export function split(line: {accesses: number | null; marks: Marks | null}): [number, number, number] {
  const accesses = line.accesses ?? 0;
  const marks = line.marks ?? {};
  const mirai = Math.min(marks.mirai ?? 0, accesses);
  const others = Object.entries(marks).reduce((sum, [name, n]) => (name === 'mirai' ? sum : sum + n), 0);
  const other = Math.min(others, accesses - mirai);
  return [mirai, other, accesses - mirai - other];
}
