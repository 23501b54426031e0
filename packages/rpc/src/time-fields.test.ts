import { expect, test } from 'vitest'
import { METHODS } from './method-table.ts'
import { timeFields } from './time-fields.ts'

const timesOf = (name: string): Record<string, string> => Object.fromEntries(timeFields(METHODS.get(name)!))

test('moments are found at any depth, also those that may be null', () => {
  expect(timesOf('bans.list')).toEqual({ until: 's' })
  expect(timesOf('chat.history')).toEqual({ time: 'ms', received: 'ms' })
  expect(timesOf('net.status')).toEqual({ since: 'ms', at: 'ms', next: 'ms', until: 's' })
  expect(timesOf('chat.export')).toEqual({})
})

interface Schema {
  readonly description?: string
  readonly anyOf?: readonly Schema[]
  readonly items?: Schema
  readonly properties?: Readonly<Record<string, Schema>>
}

test('every field that says it is Unix time is one, and by one name nothing else goes in that result', () => {
  const wrong: string[] = []
  for (const [method, { result }] of METHODS) {
    const times = timesOf(method)
    const look = (schema: Schema): void => {
      for (const [name, field] of Object.entries(schema.properties ?? {})) {
        const unit = /^Unix (seconds|ms)\b/.exec(field.description ?? '')?.[1]?.replace('seconds', 's')
        const inside = field.anyOf?.map(({ description = '' }) => /^Unix (ms)\b/.exec(description)?.[1]).find(Boolean)
        if (times[name] !== (unit ?? inside)) wrong.push(`${method}: ${name}`)
        look(field)
      }
      for (const each of [...(schema.anyOf ?? []), ...(schema.items === undefined ? [] : [schema.items])]) look(each)
    }
    look(result as Schema)
  }
  expect(wrong).toEqual([])
})
