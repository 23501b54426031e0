/**
 * Reads the text exposition format strictly: what a scraper would take in another way than it was meant is an error here.
 * Source: https://prometheus.io/docs/instrumenting/exposition_formats/, version 0.0.4, and its naming rules.
 */

export interface Family {
  readonly name: string
  readonly type: string
  readonly help: string
  readonly samples: readonly {
    readonly name: string
    readonly labels: Readonly<Record<string, string>>
    readonly value: number
  }[]
}

const HELP = /^# HELP ([a-z][a-z0-9_]*) (\S.*\.)$/
const TYPE = /^# TYPE ([a-z][a-z0-9_]*) (counter|gauge|histogram)$/
const SAMPLE = /^([a-z][a-z0-9_]*)(?:\{(.*)\})? (-?\d[\d.e+-]*|[+-]Inf|NaN)$/
const LABEL = /([a-z][a-z0-9_]*)="((?:[^"\\\n]|\\[\\"n])*)"(?:,|$)/gy

/** @throws {Error} naming the line that breaks a rule */
export function readExposition(text: string): Family[] {
  if (!text.endsWith('\n')) throw new Error('the last line does not end')
  const families: (Family & { samples: Family['samples'][number][] })[] = []
  const seen = new Set<string>()
  for (const line of text.split('\n')) {
    if (line === '') continue
    const [, helpName, help] = HELP.exec(line) ?? []
    if (helpName !== undefined) {
      if (families.some(({ name }) => name === helpName)) throw new Error(`family twice: ${line}`)
      families.push({ name: helpName, type: '', help: help!, samples: [] })
      continue
    }
    const family = families.at(-1)
    if (family === undefined) throw new Error(`no family before: ${line}`)
    const [, typeName, type] = TYPE.exec(line) ?? []
    if (typeName === family.name && family.type === '' && family.samples.length === 0) Object.assign(family, { type })
    else family.samples.push(readSample(line, family, seen))
  }
  for (const family of families) checkFamily(family)
  return families
}

function readSample(line: string, family: Family, seen: Set<string>): Family['samples'][number] {
  const [, name, labelText = '', valueText] = SAMPLE.exec(line) ?? []
  if (name === undefined) throw new Error(`not a line of the format: ${line}`)
  const series = line.slice(0, line.lastIndexOf(' '))
  if (seen.has(series)) throw new Error(`series twice: ${line}`)
  seen.add(series)
  const suffix = name.slice(family.name.length)
  const isOurs =
    name.startsWith(family.name) && (family.type === 'histogram' ? /^_(bucket|sum|count)$/.test(suffix) : suffix === '')
  if (!isOurs) throw new Error(`not of the family ${family.name}: ${line}`)
  const labels = [...labelText.matchAll(LABEL)]
  if (labels.reduce((length, [whole]) => length + whole.length, 0) !== labelText.length) throw new Error(`bad labels: ${line}`)
  const value = Number(valueText!.replace('Inf', 'Infinity'))
  return { name, labels: Object.fromEntries(labels.map(([, label, text]) => [label!, text!])), value }
}

function checkFamily({ name, type, samples }: Family): void {
  if (type === '') throw new Error(`${name} has no type`)
  if ((type === 'counter') !== name.endsWith('_total')) throw new Error(`${name} is a ${type}`)
  if (type === 'counter' && samples.some(({ value }) => value < 0)) throw new Error(`${name} is negative`)
  if (type !== 'histogram') return
  const buckets = samples.filter((sample) => sample.name === `${name}_bucket`)
  const bounds = buckets.map(({ labels }) => Number(labels['le']!.replace('Inf', 'Infinity')))
  const values = buckets.map(({ value }) => value)
  const isGrowing = (numbers: readonly number[]): boolean =>
    numbers.every((value, index) => index === 0 || value >= numbers[index - 1]!)
  const count = samples.find((sample) => sample.name === `${name}_count`)?.value
  if (!isGrowing(bounds) || !isGrowing(values)) throw new Error(`buckets of ${name} are not in order`)
  if (bounds.at(-1) !== Infinity || values.at(-1) !== count) throw new Error(`the last bucket of ${name} does not hold all`)
}
