import { scaleQuantize } from 'd3-scale';
import { dayText } from '../../../page/view-data';
import { showDay } from '../../mail/words';
import { DAYS_AHEAD, STEPS, type ComingDay } from './coming-days';
import { number, twin } from './html';
import { shareBar } from './share-chart';

const WEEKDAYS = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'] as const;
const WEEK = WEEKDAYS.length;

/** The coming days as weeks, Monday first; each leads to the keys of that day. */
export function calendar(days: readonly ComingDay[]): string {
  const [first] = days;
  if (!first) return '';
  const most = Math.max(1, ...days.map(({ all }) => all));
  const heat = scaleQuantize([0, most], [1, 2, 3, 4]);
  // 1 January 1970 was a Thursday.
  const before = (first.day + 3) % WEEK;
  const cells = [...Array.from({ length: before }, () => undefined), ...days];
  const weeks = Array.from({ length: Math.ceil(cells.length / WEEK) }, (_, week) =>
    Array.from({ length: WEEK }, (_, at) => cells[week * WEEK + at]),
  );
  const head = WEEKDAYS.map((name) => `<th scope="col">${name}</th>`).join('');
  const body = weeks.map((week) => `<tr>${week.map((day) => cell(day, first, heat)).join('')}</tr>`).join('');
  return `<table class="calendar"><caption class="unseen">What comes in the next ${DAYS_AHEAD} days</caption><thead><tr>${head}</tr></thead><tbody>${body}</tbody></table>`;
}

function cell(day: ComingDay | undefined, first: ComingDay, heat: (value: number) => number): string {
  if (!day) return '<td class="out"></td>';
  const text = dayText(day.day);
  const [date = '', month = ''] = showDay(text).split(' ');
  const named = text.endsWith('-01') || day === first ? `${date}<span class="month"> ${month}</span>` : date;
  const today = day === first ? 'today ' : '';
  if (day.all === 0) return `<td class="${today}"><div>${named}</div></td>`;
  const parts = STEPS.map((step) => ({ title: step, value: day.counts[step], className: `f-${step}` }));
  const words = STEPS.flatMap((step) => (day.counts[step] > 0 ? [`${number(day.counts[step])} ${step}`] : [])).join(', ');
  const filter = day === first ? `on=..${text}` : `on=${text}`;
  const bar = `<span aria-hidden="true">${shareBar(parts, words)}</span><span class="unseen">: ${words}</span>`;
  return `<td class="${today}heat-${heat(day.all)}"><a href="#view=keys&amp;${filter}&amp;sort=on" title="${showDay(text)}: ${words}">${named}<b>${number(day.all)}</b>${bar}</a></td>`;
}

/** The calendar's numbers as a table. */
export const calendarTwin = (days: readonly ComingDay[]): string =>
  twin(
    `Steps by day, next ${DAYS_AHEAD} days`,
    ['Day', 'Rotate', 'Disable', 'Delete'],
    days.map(({ day, counts }) => [showDay(dayText(day)), counts.rotate, counts.disable, counts.delete]),
  );
