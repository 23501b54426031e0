/** Answers in which every text is one of others. */

/** Words that say which shape a value has: one that has others instead is another answer. */
const SHAPE_WORDS: ReadonlySet<string> = new Set(['kind', 'state', 'encrypted', 'room', 'session'])

/** `value` with `text` in place of every text in it, but for those that tell what shape the rest has. */
export function poisoned(value: unknown, text: string, key = ''): unknown {
  if (typeof value === 'string') return SHAPE_WORDS.has(key) ? value : text
  if (Array.isArray(value)) return value.map((item) => poisoned(item, text, key))
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, poisoned(item, text, name)]))
}
