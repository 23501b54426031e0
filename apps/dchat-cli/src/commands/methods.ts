import { helpEntries } from '@dchat/manual'
import { expectNoArgs } from '../arguments.ts'
import { COMMANDS_GROUP } from '../command.ts'
import type { Command } from '../command.ts'
import { formatJson } from '../format.ts'
import { ARGUMENT_RULES } from '../methods/argument-rules.ts'

export const methods: Command = {
  name: 'methods',
  usage: 'methods',
  summary: 'list the methods of the daemon',
  text: `Those that this version knows. A newer daemon may have more, which "rpc" calls; an older one, and one whose configuration turns
some off, answers with an error. "dchat-cli help METHOD" explains one.

${ARGUMENT_RULES}

--json prints each name as a JSON string.`,
  options: [],
  async run({ args, isJson, out, describe }) {
    expectNoArgs(args)
    const { METHOD_COMMANDS } = await import('../methods/method-commands.ts')
    if (isJson) {
      for (const { name } of METHOD_COMMANDS) await out.line(formatJson(name))
      return
    }
    const { commands } = await describe()
    const isCommand = new Set(commands.filter(({ group }) => group === COMMANDS_GROUP).map(({ name }) => name))
    const lines = [...Map.groupBy(METHOD_COMMANDS, ({ group }) => group)].flatMap(([group, list], index) => [
      ...(index === 0 ? [] : ['']),
      `${group}:`,
      ...helpEntries(list.map(({ name, usage, summary }) => [isCommand.has(name) ? `rpc ${name} [JSON]` : usage, summary])),
    ])
    for (const line of lines) await out.line(line)
  },
}
