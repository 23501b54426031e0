/** A program with all that a description can hold. */
import type { ProgramDescription } from '../description.ts'

const json = { name: 'json', help: "machine output: it's exact" }
const home = { name: 'home', value: 'DIR', takes: 'folder', help: 'the folder: all is there' } as const
const file = { name: 'output', short: 'o', value: 'FILE', takes: 'file', help: 'where to' } as const
const format = { name: 'format', value: 'FORMAT', takes: ['txt', 'md'], help: 'how' } as const
const plain = { usage: '', text: '', options: [], entries: [], words: [] }

export const SAMPLE: ProgramDescription = {
  name: 'my-chat',
  summary: 'chat for tests',
  usages: ['COMMAND [OPTIONS]'],
  text: 'First paragraph, with `bold` words.\n\nSecond.\n\n  .kept\n  line by line \\o/',
  options: [json, home],
  commands: [
    {
      ...plain,
      name: 'send',
      usage: 'send TEXT…',
      summary: 'send one; "quoted"',
      text: 'More.\n\n  kept too',
      group: 'Commands',
    },
    { ...plain, name: 'export', usage: 'export', summary: 'write', options: [file, format], group: 'Commands' },
    {
      ...plain,
      name: 'chat.history',
      usage: 'chat.history [since=N]',
      summary: 'A page.',
      entries: [
        ['since', 'from where'],
        ['kind', 'which'],
      ],
      words: [
        { word: 'since=', help: 'from where: a number' },
        { word: 'kind=text', help: "what's said" },
        { word: 'kind=action', help: 'what is done' },
      ],
      group: 'Methods',
    },
    { ...plain, name: 'chat.send', usage: 'chat.send text=TEXT', summary: 'Says.', group: 'Methods' },
  ],
  sections: [
    { title: 'Exit status', entries: [['0', 'done']] },
    { title: 'Notes', text: "'quoted' at the begin of a line, and .dotted" },
  ],
  examples: [["my-chat send 'hi'", 'Say hi.']],
}
