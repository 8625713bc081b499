// ECharts, cut down to what the screens use, and the look that all charts share.

import {connect, init, use, type EChartsType} from 'echarts/core';
import {BarChart, HeatmapChart, LineChart} from 'echarts/charts';
import {
  GridComponent, MarkAreaComponent, MarkLineComponent, TooltipComponent, VisualMapComponent,
} from 'echarts/components';
import {LabelLayout} from 'echarts/features';
import {CanvasRenderer} from 'echarts/renderers';
import {theme} from './place';
import {clock, day, offset, portName, rate, t} from './words';
import type {Bucket} from './api';

use([
  BarChart, HeatmapChart, LineChart, GridComponent, MarkAreaComponent, MarkLineComponent, TooltipComponent,
  VisualMapComponent, LabelLayout, CanvasRenderer,
]);

export {connect, init};
export type {EChartsType};
export type Option = Record<string, any>;

/** Okabe and Ito's palette, with lighter tones on dark ground; told apart by people with any common colour blindness. */
export interface Look {
  ink: string;
  soft: string;
  line: string;
  ground: string;
  gap: string;
  series: string[];
  mirai: string;
  other: string;
  none: string;
  ramp: string[];
}

export function look(): Look {
  return theme() === 'dark'
    ? {
        ink: '#e6ebf1', soft: '#9fb0c2', line: '#2c3a4a', ground: '#141c26', gap: 'rgba(160,176,194,0.18)',
        series: ['#56b4e9', '#e69f00', '#2fc39b', '#e58bbb', '#f0e442', '#ff8a4c', '#b8c4d0'],
        mirai: '#ff8a4c', other: '#56b4e9', none: '#8b9aab',
        ramp: ['#16222f', '#173f5f', '#1f6a93', '#56b4e9', '#f0e442'],
      }
    : {
        ink: '#1b2733', soft: '#52616f', line: '#dde4ea', ground: '#ffffff', gap: 'rgba(82,97,111,0.16)',
        series: ['#0072b2', '#d55e00', '#007a5a', '#a8457f', '#8a6d00', '#3a8fc0', '#444f5a'],
        mirai: '#d55e00', other: '#0072b2', none: '#8794a1',
        ramp: ['#f3f7fa', '#c5dcec', '#7fb2d6', '#2b78b0', '#0b3c66'],
      };
}

const FONT = 'system-ui, "Noto Sans JP", "Noto Sans CJK JP", "Hiragino Sans", "Yu Gothic UI", Meiryo, sans-serif';

/** Times of the chosen zone on an axis that believes in UTC. */
export function onAxis(time: string | number): number {
  return new Date(time).getTime() + offset();
}

export function middle(bucket: Bucket): number {
  return (onAxis(bucket.start) + onAxis(bucket.end)) / 2;
}

export function base(): Option {
  const l = look();
  return {
    useUTC: true,
    animation: false,
    backgroundColor: 'transparent',
    textStyle: {fontFamily: FONT, color: l.ink, fontSize: 12},
    tooltip: {
      trigger: 'axis',
      confine: true,
      backgroundColor: l.ground,
      borderColor: l.line,
      padding: 8,
      textStyle: {color: l.ink, fontSize: 12, fontFamily: FONT},
      axisPointer: {lineStyle: {color: l.soft}},
    },
  };
}

export function timeAxis(min: number, max: number): Option {
  const l = look();
  return {
    type: 'time',
    min,
    max,
    axisLine: {lineStyle: {color: l.soft}},
    axisTick: {lineStyle: {color: l.soft}},
    splitLine: {show: false},
    axisLabel: {
      color: l.soft,
      hideOverlap: true,
      formatter: {year: '{yyyy}', month: '{yyyy}-{MM}', day: '{MM}-{dd}', hour: '{HH}:{mm}', minute: '{HH}:{mm}'},
    },
  };
}

export function valueAxis(log = false): Option {
  const l = look();
  return {
    type: log ? 'log' : 'value',
    min: log ? undefined : 0,
    axisLabel: {color: l.soft, hideOverlap: true, formatter: (v: number) => rate(v)},
    splitLine: {lineStyle: {color: l.line}},
  };
}

/** A stretch of time, and how much of it was looked at. */
export type Seen = Pick<Bucket, 'start' | 'end' | 'observed'>;

/** A bucket that was seen only in part: its rate holds, its plain counts would look like a fall. */
export function partial(b: Seen): boolean {
  return b.observed > 0 && b.observed < 0.9;
}

/** Spans that the sensors did not see, to be shaded and never drawn as zero. */
export function gaps(buckets: Seen[]): Option | undefined {
  const l = look();
  const areas: Option[][] = [];
  let before = '';
  for (const b of buckets) {
    const kind = b.observed === 0 ? 'gap' : partial(b) ? 'partial' : '';
    const from = onAxis(b.start);
    const to = onAxis(b.end);
    if (kind && kind === before) areas.at(-1)![1].xAxis = to;
    else if (kind) {
      areas.push([
        {xAxis: from, name: kind === 'gap' ? t('gap.short') : '', itemStyle: {opacity: kind === 'gap' ? 1 : 0.45}},
        {xAxis: to},
      ]);
    }
    before = kind;
  }
  if (areas.length === 0) return undefined;
  return {
    silent: true,
    data: areas,
    itemStyle: {color: l.gap},
    label: {color: l.soft, fontSize: 11, position: 'insideTop'},
  };
}

export function line(name: string, color: string, data: (number | null)[][], extra: Option = {}): Option {
  return {
    type: 'line',
    name,
    data,
    showSymbol: data.length < 2 || isolated(data),
    symbolSize: 5,
    lineStyle: {width: 2, color},
    itemStyle: {color},
    connectNulls: false,
    endLabel: {
      show: true, color, formatter: '{a}', fontSize: 12, distance: 6, overflow: 'break', width: 96, lineHeight: 14,
    },
    labelLayout: {moveOverlap: 'shiftY'},
    emphasis: {disabled: true},
    ...extra,
  };
}

/** A point between two gaps would be invisible without a symbol. */
function isolated(data: (number | null)[][]): boolean {
  return data.some((d, i) => d[1] !== null && (data[i - 1]?.[1] ?? null) === null && (data[i + 1]?.[1] ?? null) === null);
}

/** Counts that cannot be scaled (distinct sources): buckets seen in part stand apart as hollow points. */
export function counts(name: string, color: string, buckets: Bucket[], value: (b: Bucket) => number | null, extra: Option = {}): Option[] {
  const hollow = buckets.filter(partial).map(b => [middle(b), value(b)]);
  const whole = line(name, color, buckets.map(b => [middle(b), partial(b) ? null : value(b)]), extra);
  return hollow.length
    ? [whole, {type: 'line', name, data: hollow, symbol: 'emptyCircle', symbolSize: 6, lineStyle: {opacity: 0}, itemStyle: {color}, emphasis: {disabled: true}}]
    : [whole];
}

/** A tooltip made of nodes: the strict policy forbids styles in strings, and nodes need no escaping. */
export function tip(title: string, rows: [string, string][], note = ''): HTMLElement {
  const box = document.createElement('div');
  box.className = 'tip';
  const head = document.createElement('strong');
  head.textContent = title;
  box.append(head);
  const table = document.createElement('table');
  for (const [name, value] of rows) {
    const row = table.insertRow();
    row.insertCell().textContent = name;
    row.insertCell().textContent = value;
  }
  box.append(table);
  if (note) {
    const foot = document.createElement('p');
    foot.textContent = note;
    box.append(foot);
  }
  return box;
}

export function bucketTitle(start: string | number, by: string): string {
  return by === 'day' ? day(start) : `${day(start)} ${clock(start)}`;
}

/** Ports over hours as a grid; the colour follows the logarithm, since ports differ by orders of magnitude. */
export function heatMap(map: {ports: string[]; hours: string[]; gap: boolean[]; per_day_and_address: (number | null)[][]}): Option {
  const l = look();
  const cells: number[][] = [];
  let most = 0;
  let least = Infinity;
  map.per_day_and_address.forEach((row, y) =>
    row.forEach((value, x) => {
      if (value === null || value <= 0) return;
      most = Math.max(most, value);
      least = Math.min(least, value);
      cells.push([x, y, Math.log10(value), value]);
    }),
  );
  const low = cells.length ? Math.log10(Math.max(least, most / 1e4)) : 0;
  const shaded: Option[][] = [];
  map.gap.forEach((gap, x) => {
    const last = shaded.at(-1);
    if (!gap) return;
    if (last && last[1].xAxis === x - 1) last[1].xAxis = x;
    else shaded.push([{xAxis: x}, {xAxis: x}]);
  });
  return {
    ...base(),
    grid: {left: 104, right: 16, top: 12, bottom: 62},
    tooltip: {
      ...base().tooltip,
      trigger: 'item',
      formatter: (p: any) =>
        tip(bucketTitle(map.hours[p.value[0]], 'hour'), [[portName(map.ports[p.value[1]]), `${rate(p.value[3])} ${t('unit.rate')}`]]),
    },
    xAxis: {
      type: 'category',
      data: map.hours,
      axisLine: {lineStyle: {color: l.soft}},
      axisTick: {show: false},
      axisLabel: {
        color: l.soft,
        hideOverlap: true,
        formatter: (v: string) => (map.hours.length > 72 ? day(v).slice(5) : `${day(v).slice(5)} ${clock(v)}`),
        interval: (_: number, v: string) =>
          map.hours.length > 72 ? clock(v) === '00:00' : map.hours.length > 12 ? Number(clock(v).slice(0, 2)) % 6 === 0 : true,
      },
    },
    yAxis: {
      type: 'category',
      data: map.ports.map(portName),
      inverse: true,
      axisLine: {show: false},
      axisTick: {show: false},
      axisLabel: {color: l.ink, width: 92, overflow: 'truncate'},
    },
    visualMap: {
      min: low,
      max: cells.length ? Math.log10(most) : 1,
      dimension: 2,
      calculable: false,
      orient: 'horizontal',
      left: 'center',
      bottom: 0,
      itemHeight: 140,
      itemWidth: 10,
      text: [rate(most), rate(10 ** low)],
      textStyle: {color: l.soft},
      inRange: {color: l.ramp},
      show: cells.length > 0,
    },
    series: [
      {
        type: 'heatmap',
        data: cells,
        progressive: 0,
        itemStyle: {borderWidth: map.hours.length > 200 ? 0 : 1, borderColor: l.ground},
        emphasis: {itemStyle: {borderColor: l.ink, borderWidth: 1}},
        markArea: shaded.length
          ? {silent: true, data: shaded, itemStyle: {color: l.gap, borderColor: l.gap, borderWidth: 1}}
          : undefined,
      },
    ],
  };
}
