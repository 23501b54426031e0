import type { Command } from '../command.ts'
import { UsageError } from '../exit.ts'

export const help: Command = {
  name: 'help',
  usage: 'help [COMMAND | METHOD]',
  summary: 'explain a command or a method',
  text: 'Without a name it lists the commands.',
  options: [],
  async run({ args: [name, surplus], out, explain }) {
    if (surplus !== undefined) throw new UsageError(`unexpected argument: ${surplus}`)
    await out.line(await explain(name))
  },
}
