import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { completed, marked, offered } from '../input/completion.ts'
import { EMPTY_EDITOR, insertText } from '../input/editor.ts'
import { COMMANDS } from './command-table.ts'
import { nearestCommand, parseLine } from './parse-line.ts'

describe('parseLine', () => {
  it.each([
    ['hello', { kind: 'text', text: 'hello' }],
    [' /nick x', { kind: 'text', text: ' /nick x' }],
    ['//etc/passwd', { kind: 'text', text: '/etc/passwd' }],
    ['', { kind: 'empty' }],
    [' \n ', { kind: 'empty' }],
    ['/nick', { kind: 'command', name: 'nick', argument: '' }],
    ['/NICK  bob ', { kind: 'command', name: 'nick', argument: 'bob' }],
    ['/n bob', { kind: 'command', name: 'nick', argument: 'bob' }],
    ['/?', { kind: 'command', name: 'help', argument: '' }],
    ['/me waves\nand bows ', { kind: 'command', name: 'me', argument: 'waves\nand bows ' }],
    ['/exit', { kind: 'command', name: 'quit', argument: '' }],
    ['/connect tcp://a:1', { kind: 'command', name: 'connect', argument: 'tcp://a:1' }],
  ])('%j', (line, expected) => {
    expect(parseLine(line)).toEqual(expected)
  })

  it.each([
    ['/nik bob', /did you mean \/nick\?/],
    ['/qiut', /did you mean \/quit\?/],
    ['/conect x', /did you mean \/connect\?/],
    ['/disc 3', /did you mean \/disconnect\?/],
    ['/zzzzzzzz', /\/help lists them/],
    ['/', /\/help lists them/],
    ['/me', /needs TEXT/],
    ['/connect  ', /needs ADDRESS/],
  ])('%j is an error and not sent', (line, message) => {
    expect(parseLine(line)).toMatchObject({ kind: 'error', message: expect.stringMatching(message) })
  })

  it('never makes text of a line that begins with one slash', () => {
    fc.assert(
      fc.property(fc.string(), (rest) => {
        fc.pre(!rest.startsWith('/'))
        expect(parseLine(`/${rest}`).kind).not.toBe('text')
      }),
    )
  })

  it('finds a command from itself', () => {
    for (const { name } of COMMANDS) expect(nearestCommand(name)).toBe(`/${name}`)
  })
})

describe('completed', () => {
  const words = {
    people: ['ann#bbbbbbbbbb', 'bob'],
    nicks: ['bob', 'Bobby', 'carol'],
    rooms: ['dchat', 'cats', '@bob#aaaaaaaaaa'],
  }
  const at = (text: string): { editor: typeof EMPTY_EDITOR; completion: null } => ({
    editor: insertText(EMPTY_EDITOR, text),
    completion: null,
  })

  it('completes commands at the start', () => {
    expect(completed(at('/qui'), words, 1)?.editor.text).toBe('/quit ')
    expect(completed(at('say /qu'), words, 1)).toBeNull()
    expect(completed(at('/zz'), words, 1)).toBeNull()
  })

  it('goes round nicks both ways, with a colon at the start only', () => {
    const first = completed(at('bo'), words, 1)!
    expect(first.editor.text).toBe('bob: ')
    const second = completed(first, words, 1)!
    expect(second.editor.text).toBe('Bobby: ')
    expect(completed(second, words, 1)!.editor.text).toBe('bob: ')
    expect(completed(at('bo'), words, -1)!.editor.text).toBe('Bobby: ')
    expect(completed(at('hi ca'), words, 1)!.editor.text).toBe('hi carol ')
    expect(completed(at(''), words, 1)).toBeNull()
  })

  it('completes what a command takes', () => {
    expect(completed(at('/buffer ca'), words, 1)?.editor.text).toBe('/buffer cats ')
    expect(completed(at('/B @'), words, 1)?.editor.text).toBe('/B @bob#aaaaaaaaaa ')
    expect(completed(at('/join '), words, 1)?.editor.text).toBe('/join dchat ')
    expect(completed(at('/nick bo'), words, 1)?.editor.text).toBe('/nick bob ')
    expect(completed(at('/buffer cats '), words, 1)).toBeNull()
    expect(completed(at('/msg an'), words, 1)?.editor.text).toBe('/msg ann#bbbbbbbbbb ')
    expect(completed(at('/msg -hold an'), words, 1)?.editor.text).toBe('/msg -hold ann#bbbbbbbbbb ')
    expect(completed(at('/msg ann hi b'), words, 1)?.editor.text).toBe('/msg ann hi bob ')
  })

  it('offers commands with what they take and do, by their names first', () => {
    const labels = (text: string): string[] | undefined =>
      offered(insertText(EMPTY_EDITOR, text), words)?.candidates.map(({ label }) => label)
    expect(labels('/cl')).toEqual(['/clear', '/close [ROOM]'])
    expect(labels('/')).toHaveLength(COMMANDS.length)
    expect(labels('/QUE')).toEqual(['/query WHO [TEXT]'])
    expect(offered(insertText(EMPTY_EDITOR, '/quer'), words)?.candidates[0]?.doc).toBe('open the conversation with one person')
  })

  it('offers what a command takes, and no nicks where anything may stand', () => {
    const offers = (text: string): string[] | undefined =>
      offered(insertText(EMPTY_EDITOR, text), words)?.candidates.map((candidate) => candidate.text)
    expect(offers('/buffer ')).toEqual(['dchat ', 'cats ', '@bob#aaaaaaaaaa '])
    expect(offers('/msg b')).toEqual(['bob '])
    for (const text of ['/msg ann b', '/connect x', '/zz', '//', 'hi /', 'bo', '']) expect(offers(text)).toBeUndefined()
  })

  it('takes what was marked, and goes on from there', () => {
    const editor = insertText(EMPTY_EDITOR, '/buffer ')
    const first = marked(editor, offered(editor, words)!, 1)
    expect(first.editor.text).toBe('/buffer ')
    expect(completed(first, words, 1)!.editor.text).toBe('/buffer cats ')
    const taken = completed(first, words, 1)!
    expect(completed(taken, words, 1)!.editor.text).toBe('/buffer @bob#aaaaaaaaaa ')
    expect(marked(taken.editor, taken.completion, -1).editor.text).toBe('/buffer dchat ')
    const last = marked(editor, offered(editor, words)!, -1)
    expect(completed(last, words, 1)!.editor.text).toBe('/buffer @bob#aaaaaaaaaa ')
    expect(completed({ editor, completion: offered(editor, words) }, words, 1)!.editor.text).toBe('/buffer dchat ')
  })
})
