// The words of both languages, and how numbers and times are written.

import en from './words/en.json';
import ja from './words/ja.json';
import {language, zone} from './place';

const books: Record<string, Record<string, string>> = {en, ja};

/** The sentence for a key, with {0}, {1} … filled in. */
export function t(key: string, ...values: (string | number)[]): string {
  const sentence = books[language()][key] ?? key;
  return sentence.replace(/\{(\d)\}/g, (_, i) => String(values[Number(i)] ?? ''));
}

/** Like t, but null when the key is unknown: for words that data brings. */
export function known(key: string): string | null {
  return books[language()][key] ?? null;
}

export function count(value: number | null | undefined): string {
  if (value === null || value === undefined) return '–';
  return new Intl.NumberFormat(language()).format(Math.round(value));
}

/** A count of distinct things; an estimate says so. */
export function about(value: number | null | undefined, error: number | null | undefined): string {
  if (value === null || value === undefined) return '–';
  return (error ? '≈ ' : '') + count(error ? significant(value, 4) : value);
}

function significant(value: number, digits: number): number {
  return Number(value.toPrecision(digits));
}

export function rate(value: number | null | undefined): string {
  if (value === null || value === undefined) return '–';
  const digits = value >= 100 ? 0 : value >= 10 ? 1 : value >= 0.1 || value === 0 ? 2 : 4;
  return new Intl.NumberFormat(language(), {maximumFractionDigits: digits}).format(value);
}

export function percent(share: number | null | undefined): string {
  if (share === null || share === undefined || !Number.isFinite(share)) return '–';
  const digits = share > 0 && share < 0.001 ? 3 : share >= 0.9995 && share < 1 ? 2 : 1;
  return new Intl.NumberFormat(language(), {style: 'percent', maximumFractionDigits: digits}).format(share);
}

export function bytes(value: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB'];
  let i = 0;
  while (value >= 1000 && i < units.length - 1) {
    value /= 1000;
    i++;
  }
  return `${rate(value)} ${units[i]}`;
}

export function offset(tz: string = zone()): number {
  return tz === 'Asia/Tokyo' ? 9 * 3600_000 : 0;
}

const two = (n: number) => String(n).padStart(2, '0');

/** 2015-12-01 in the reader's zone. */
export function day(time: number | string, tz: string = zone()): string {
  const d = new Date(new Date(time).getTime() + offset(tz));
  return `${d.getUTCFullYear()}-${two(d.getUTCMonth() + 1)}-${two(d.getUTCDate())}`;
}

export function clock(time: number | string, tz: string = zone()): string {
  const d = new Date(new Date(time).getTime() + offset(tz));
  return `${two(d.getUTCHours())}:${two(d.getUTCMinutes())}`;
}

export function moment(time: number | string | null, tz: string = zone()): string {
  if (time === null) return '–';
  return `${day(time, tz)} ${clock(time, tz)} ${tz === 'UTC' ? 'UTC' : 'JST'}`;
}

export function duration(seconds: number): string {
  if (!Number.isFinite(seconds)) return '–';
  if (seconds < 60) return t('duration.seconds', Math.ceil(seconds));
  if (seconds < 5400) return t('duration.minutes', Math.round(seconds / 60));
  if (seconds < 2 * 86400) return t('duration.hours', rate(Math.round(seconds / 360) / 10));
  return t('duration.days', rate(Math.round(seconds / 8640) / 10));
}

/** Well-known use of a port, where one is; protocol names are the same in both languages. */
const SERVICES: Record<string, string> = {
  '21/tcp': 'FTP', '22/tcp': 'SSH', '23/tcp': 'Telnet', '25/tcp': 'SMTP', '53/udp': 'DNS', '53/tcp': 'DNS',
  '80/tcp': 'HTTP', '81/tcp': 'HTTP', '123/udp': 'NTP', '137/udp': 'NetBIOS', '139/tcp': 'NetBIOS', '161/udp': 'SNMP',
  '443/tcp': 'HTTPS', '445/tcp': 'SMB', '1433/tcp': 'SQL Server', '1900/udp': 'SSDP', '2222/tcp': 'SSH',
  '2323/tcp': 'Telnet', '3306/tcp': 'MySQL', '3389/tcp': 'RDP', '5060/udp': 'SIP', '5060/tcp': 'SIP',
  '5353/udp': 'mDNS', '5358/tcp': 'WSDAPI', '5431/tcp': 'UPnP', '5432/tcp': 'PostgreSQL', '5555/tcp': 'ADB',
  '5900/tcp': 'VNC', '6379/tcp': 'Redis', '6789/tcp': 'Telnet', '7547/tcp': 'TR-069', '8080/tcp': 'HTTP',
  '8081/tcp': 'HTTP', '8443/tcp': 'HTTPS', '8545/tcp': 'Ethereum', '9200/tcp': 'Elasticsearch', '9527/tcp': 'DVR',
  '11211/udp': 'memcached', '23231/tcp': 'Telnet', '32764/tcp': 'SerComm', '37215/tcp': 'Huawei HG532',
  '37777/tcp': 'Dahua', '49152/tcp': 'UPnP', '52869/tcp': 'Realtek UPnP', '53413/udp': 'Netis', '60001/tcp': 'JAWS DVR',
  '8.0/icmp': 'echo', '128.0/icmp6': 'echo',
};

export function portName(port: string): string {
  return port.replace(/\/(.*)$/, (_, p) => `/${p.toUpperCase()}`);
}

export function service(port: string): string {
  return SERVICES[port] ?? '';
}

/** When a bucket of a series begins, as short as its width allows. */
export function bucketTime(start: string | number, by: string): string {
  return by === 'day' ? day(start) : `${day(start)} ${clock(start)}`;
}
