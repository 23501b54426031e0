/** Every method of the contract as a command. Loads the schemas: imported when a method is asked for, and by help and completion. */
import { METHOD_GROUPS, resultFields, resultInWords } from '@dchat/rpc/schemas'
import type { MethodSpec, ResultField } from '@dchat/rpc/schemas'
import type { Command } from '../command.ts'
import { accept } from '../commands/accept.ts'
import { callMethod } from './call-method.ts'
import { readArguments } from './method-arguments.ts'
import { completionsOf, parametersOf, usageOf } from './parameter.ts'

export interface MethodCommand extends Command {
  /** Heading under which it is listed. */
  readonly group: string
}

/** Methods that are called in a way of their own: what they take is read as that command reads it. */
const OWN_WAYS: Readonly<Record<string, Command>> = { 'room.accept': accept }

/** In the order of the contract. */
export const METHOD_COMMANDS: readonly MethodCommand[] = METHOD_GROUPS.flatMap(({ title, methods }) =>
  methods.map((spec) => methodCommand(spec, title)),
)

export function findMethodCommand(name: string): MethodCommand | undefined {
  return METHOD_COMMANDS.find((command) => command.name === name)
}

function methodCommand(spec: MethodSpec, group: string): MethodCommand {
  const parameters = parametersOf(spec)
  const own = OWN_WAYS[spec.name]
  if (own !== undefined)
    return { ...own, name: spec.name, group, usage: own.usage.replace(own.name, spec.name), summary: spec.summary }
  return {
    name: spec.name,
    group,
    usage: [spec.name, ...parameters.map(usageOf)].join(' '),
    summary: spec.summary,
    text: textOf(spec),
    options: [],
    entries: parameters.map((parameter) => [parameter.name, parameter.meaning]),
    results: resultFields(spec).map(fieldEntry),
    words: parameters.flatMap(completionsOf),
    run: async (context) => callMethod(spec, await readArguments(spec, context), context),
  }
}

function fieldEntry({ name, meaning, time }: ResultField): readonly [string, string] {
  return [name, time === undefined ? meaning : `${meaning} Shown as local time, and how far off it is; with --json as it is.`]
}

function textOf(spec: MethodSpec): string {
  const { details, access, deprecated, programs } = spec
  const notes = [
    ...(access === 'write' ? ['A token of `readonly` may not call it.'] : []),
    ...(programs.includes('dchatd') ? [] : [`Only ${programs.join(' and ')} has it.`]),
    ...(deprecated === undefined ? [] : [`Deprecated: ${deprecated}`]),
  ]
  const how = spec.order.length === 0 ? '' : 'How values are written: "dchat-cli help methods".'
  return [details, `Result: ${resultInWords(spec)}`, notes.join(' '), how].filter((part) => part !== '').join('\n\n')
}
