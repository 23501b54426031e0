import { TestTerminal } from 'dchat-tui/e2e'
import { expect, test } from 'vitest'
import { DARK, screenSvg } from './screen-svg.ts'

/** The picture of what `data` draws on a small terminal. */
async function picture(data: string): Promise<string> {
  const terminal = new TestTerminal({ columns: 20, rows: 2 })
  await terminal.write(data)
  return screenSvg(terminal, { ...DARK, title: 'a <small> one' })
}

test.each([
  ['plain text, in one piece', 'hello you', ['>hello you', `fill="${DARK.color}"`]],
  ['a colour of the 16', '\u001b[31mred\u001b[0m', ['fill="#d0393f">red<']],
  ['one of the 256', '\u001b[38;5;196mred', ['fill="#ff0000">red']],
  ['a grey of them', '\u001b[38;5;244mgrey', ['fill="#808080">grey']],
  ['one of all', '\u001b[38;2;1;2;3mdark', ['fill="#010203">dark']],
  ['a background', '\u001b[44mx', ['<rect x="10" y="10" width="8.4" height="18" fill="#3f7fd0" shape-rendering="crispEdges"/>']],
  ['inverse', '\u001b[7mbar', [`fill="${DARK.background}">bar<`, `width="25.2" height="18" fill="${DARK.color}"`]],
  ['bold and dim', '\u001b[1mb\u001b[0;2md', ['font-weight="bold">b<', 'opacity="0.65">d']],
  ['wide characters at their columns', 'a世b', ['x="18.4" y="23" textLength="16.8"', '>世<', 'x="35.2" y="23"']],
  ['spaces between words', 'a   b c', ['>a\u00a0\u00a0\u00a0b c<']],
  ['what means something in XML', '<&>', ['&lt;&amp;&gt;', '<title>a &lt;small&gt; one</title>']],
  [
    'the cursor',
    'ab',
    ['<rect x="26.8" y="10" width="8.4" height="18" fill="#d6d6d6" shape-rendering="crispEdges" opacity="0.5"/>'],
  ],
])('a picture has %s', async (_name, data, parts) => {
  const svg = await picture(data)
  for (const part of parts) expect(svg).toContain(part)
  expect(svg).toMatch(/^<svg xmlns="http:\/\/www\.w3\.org\/2000\/svg" width="188" height="56"/u)
})

test('what is hidden is not drawn', async () => {
  expect(await picture('\u001b[8mghost')).not.toContain('ghost')
})
