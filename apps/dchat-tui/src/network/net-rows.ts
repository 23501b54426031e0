/** The network view as rows. Pure: the whole view, of which the screen shows a part. */
import type { Row, Span } from '../view/item-rows.ts'
import { counted } from '../view/amounts.ts'
import type { Glyphs, StyleName } from '../view/theme.ts'
import { fitText, textWidth } from '../view/width.ts'
import { wrapText } from '../view/wrap.ts'
import { sanitizeText } from '@dchat/system'
import type { NetStatus, NetView } from './net-status.ts'
import {
  bansSection,
  eventsSection,
  failuresSection,
  hostsSection,
  peersSection,
  searchSection,
  sessionsText,
  slotsSection,
  trafficSection,
} from './sections.ts'
import type { Section, SectionPlace } from './sections.ts'

export interface NetPlace {
  readonly columns: number
  readonly glyphs: Glyphs
  /** Unix ms; ages and waits are told to it. */
  readonly now: number
  /** What is said of the link while the daemon does not answer; null while it does. */
  readonly away: string | null
}

/** From this many columns on, there are two columns of sections. */
const TWO_COLUMNS_FROM = 150
const LEAST_COLUMNS = 8

/** The key of a row that begins a section. */
const HEADING_KEY = 'net-heading'
const ROW_KEY = 'net'

/** The view in rows, none wider than `place.columns`, and at least one. */
export function netRows(view: NetView, place: NetPlace): Row[] {
  const columns = Math.max(LEAST_COLUMNS, place.columns)
  const whole: SectionPlace = { columns, glyphs: place.glyphs, now: place.now }
  const spans = [...headRows(view, { ...place, columns }), ...sectionRows(view, whole)]
  return spans.map((row, offset) => ({ key: row.isHeading ? HEADING_KEY : ROW_KEY, offset, spans: row.spans }))
}

/** Where sections begin, in rows of `netRows`. */
export function headingRows(rows: readonly Row[]): number[] {
  return rows.flatMap(({ key }, index) => (key === HEADING_KEY ? [index] : []))
}

interface NetRow {
  readonly spans: readonly Span[]
  readonly isHeading: boolean
}

/** The answer to "why am I not connected?" comes first. */
function headRows({ status }: NetView, place: NetPlace): NetRow[] {
  const texts: [string, StyleName][] = []
  if (place.away !== null) texts.push([`! ${place.away}`, 'error'])
  if (status === null) texts.push(['asking dchatd about the network', 'dim'])
  else {
    const { problem } = status
    if (problem === null) texts.push([connectedText(status), 'own'])
    else texts.push([`! ${problem.text}`, 'error'], [problem.hint, 'text'])
    if (status.isPartial) texts.push([PARTIAL, 'dim'])
  }
  return texts
    .filter(([text]) => text !== '')
    .flatMap(([text, style]) =>
      wrapText(sanitizeText(text), { first: place.columns, rest: place.columns }).map((row) => plain(row.text, style)),
    )
}

const PARTIAL =
  'This dchatd is older than RPC 1.4.0: it does not tell what its slots do and why they fail, what seeds answered, when it tries again, ' +
  'nor its traffic. A newer dchatd does.'

function connectedText(status: NetStatus): string {
  const { channels } = status
  const { length } = channels
  return length === 0 ? 'No peer is connected yet.' : `Connected to ${counted(length, 'peer')}: ${sessionsText(status)}.`
}

function sectionRows(view: NetView, place: SectionPlace): NetRow[] {
  const { status } = view
  if (status === null) return []
  const parts = (at: SectionPlace): { left: Section[]; right: Section[] } => ({
    left: [peersSection(status, at), slotsSection(status, at), searchSection(status, at)],
    right: [
      ...(status.hosts === null ? [] : [hostsSection(status.hosts, at)]),
      bansSection(status, at),
      ...(status.isPartial ? [] : [trafficSection(view, status, at), failuresSection(status, at)]),
    ],
  })
  const events = drawn([eventsSection(view, place)], place)
  if (place.columns < TWO_COLUMNS_FROM) {
    const { left, right } = parts(place)
    return [...drawn([...left, ...right], place), ...events]
  }
  const columns = Math.floor((place.columns - SEPARATOR_COLUMNS) / 2)
  const half = { ...place, columns }
  const { left, right } = parts(half)
  const [blank, ...leftRows] = drawn(left, half)
  return [blank!, ...beside(leftRows, drawn(right, half).slice(1), half), ...events]
}

function drawn(sections: readonly Section[], place: SectionPlace): NetRow[] {
  return sections.flatMap((section) => [
    { spans: [], isHeading: false },
    heading(section.title, place),
    ...section.rows.map((spans) => ({ spans, isHeading: false })),
  ])
}

function heading(title: string, { columns, glyphs }: SectionPlace): NetRow {
  const text = fitText(`${title} `, columns, glyphs.ellipsis)
  const rule = glyphs.rule.repeat(Math.max(0, columns - textWidth(text)))
  return {
    spans: [
      { text, style: 'prompt' },
      { text: rule, style: 'dim' },
    ],
    isHeading: true,
  }
}

const SEPARATOR_COLUMNS = 3

function beside(left: readonly NetRow[], right: readonly NetRow[], half: SectionPlace): NetRow[] {
  const count = Math.max(left.length, right.length)
  return Array.from({ length: count }, (_, index) => {
    const [a, b] = [left[index], right[index]]
    const used = (a?.spans ?? []).reduce((sum, span) => sum + textWidth(span.text), 0)
    const filler: Span = { text: ' '.repeat(Math.max(0, half.columns - used)), style: 'text' }
    const bar: Span = { text: ` ${half.glyphs.separator} `, style: 'dim' }
    return {
      spans: [...(a?.spans ?? []), filler, bar, ...(b?.spans ?? [])],
      isHeading: a?.isHeading === true || b?.isHeading === true,
    }
  })
}

function plain(text: string, style: StyleName): NetRow {
  return { spans: [{ text, style }], isHeading: false }
}
