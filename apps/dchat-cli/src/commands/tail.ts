import { expectNoArgs, wholeNumber } from '../arguments.ts'
import type { Command } from '../command.ts'
import { UsageError } from '../exit.ts'
import { Follower } from '../follow.ts'
import { DEFAULT_TAIL_LINES, MAX_TAIL_LINES } from '../limits.ts'

export const tail: Command = {
  name: 'tail',
  usage: 'tail [-f] [-n N | --since SEQ]',
  summary: 'print the newest messages, and with -f those that come',
  text: `Oldest first, one a line, own ones too. A line break inside a text shows as a mark.

With -f it goes on until it is interrupted (exit 130). When the daemon goes it waits for it to come back and goes on where it was:
no message is left out and none comes twice. stderr says so.

--json prints each message as the daemon gives it; its "seq" is for --since.`,
  options: [
    { name: 'follow', short: 'f', help: 'go on with each new message' },
    {
      name: 'lines',
      short: 'n',
      value: 'N',
      help: `how many of the newest to begin with, 0 to ${MAX_TAIL_LINES}; default ${DEFAULT_TAIL_LINES}`,
    },
    {
      name: 'since',
      value: 'SEQ',
      help: 'instead of the newest: all that were stored after the message with this "seq" (0: all there are)',
    },
    { name: 'room', short: 'r', value: 'ROOM', help: 'only this room; default all' },
  ],
  async run(context) {
    expectNoArgs(context.args)
    const { options, connect } = context
    const lines = wholeNumber(options, 'lines', { min: 0, max: MAX_TAIL_LINES })
    const since = wholeNumber(options, 'since', { min: 0, max: Number.MAX_SAFE_INTEGER })
    if (lines !== undefined && since !== undefined) throw new UsageError('-n and --since exclude each other')
    const follower = new Follower(context, options['room'] as string | undefined)
    await using client = await connect()
    if (since === undefined) await follower.printNewest(client, lines ?? DEFAULT_TAIL_LINES)
    else follower.startAt(since)
    if (options['follow'] === true) await follower.follow(client)
    else if (since !== undefined) await follower.catchUp(client)
  },
}
