import { mkdir, mkdtempDisposable, readdir, readFile, stat, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { readTextFile, writeTextFile } from './atomic-file.ts'
import { HostColor } from './host-color.ts'
import { formatHostlist, loadHostlist, parseHostlist, saveHostlist } from './hostlist-file.ts'

const folder = (): Promise<AsyncDisposable & { path: string }> => mkdtempDisposable(join(tmpdir(), 'dchat-hostlist-'))
const LINES = [
  { color: HostColor.Dark, url: 'tor://abc.onion:1/', lastSeenSec: 1 },
  { color: HostColor.Gold, url: 'tcp://1.2.3.4:5/', lastSeenSec: 1_795_000_000 },
]

describe('lines', () => {
  test.each([
    ['gold\ttcp://1.2.3.4:5/\t12', { color: HostColor.Gold, url: 'tcp://1.2.3.4:5/', lastSeenSec: 12 }],
    ['grey\ttcp://1.2.3.4:5\t12', { color: HostColor.Grey, url: 'tcp://1.2.3.4:5/', lastSeenSec: 12 }],
    ['white\ttcp://1.2.3.4:5/\t0\r', { color: HostColor.White, url: 'tcp://1.2.3.4:5/', lastSeenSec: 0 }],
    ['black\ti2p://a.i2p:1\t12', { color: HostColor.Black, url: 'i2p://a.i2p:1', lastSeenSec: 12 }],
    ['dark\ttcp://1.2.3.4:5/\t18446744073709551615', { color: HostColor.Dark, url: 'tcp://1.2.3.4:5/', lastSeenSec: 2 ** 64 }],
  ])('%j is read', (line, entry) => {
    expect(parseHostlist(line)).toEqual({ lines: [entry], badLines: 0 })
  })

  test.each([
    'gold',
    'gold\ttcp://1.2.3.4:5/',
    'gold\ttcp://1.2.3.4:5/\t',
    'gold\ttcp://1.2.3.4:5/\t1\tx',
    'pink\ttcp://1.2.3.4:5/\t1',
    'GOLD\ttcp://1.2.3.4:5/\t1',
    'gold\ttcp://256.1.1.1:5/\t1',
    'gold\t\t1',
    'gold\ttcp://1.2.3.4:5/\t-1',
    'gold\ttcp://1.2.3.4:5/\t1.5',
    'gold\ttcp://1.2.3.4:5/\t0x1',
    'gold\ttcp://1.2.3.4:5/\t18446744073709551616',
    `gold\ttcp://1.2.3.4:5/${'x'.repeat(500)}\t1`,
    'gold tcp://1.2.3.4:5/ 1',
    ' ',
  ])('%j is bad', (line) => {
    expect(parseHostlist(`${line}\ngrey\ttcp://8.8.8.8:1/\t3\n`)).toEqual({
      lines: [{ color: HostColor.Grey, url: 'tcp://8.8.8.8:1/', lastSeenSec: 3 }],
      badLines: 1,
    })
  })

  test('empty lines are not bad', () => {
    expect(parseHostlist('\n\r\n\n')).toEqual({ lines: [], badLines: 0 })
  })

  test('are written as the reference writes them', () => {
    expect(formatHostlist(LINES)).toBe('dark\ttor://abc.onion:1/\t1\ngold\ttcp://1.2.3.4:5/\t1795000000\n')
  })
})

describe('the file', () => {
  test('is written into folders that are missing, each with its own', async () => {
    await using dir = await folder()
    const path = join(dir.path, 'a', 'b', 'c', 'hostlist.tsv')
    await writeTextFile(path, 'text')
    await writeTextFile(path, 'more')
    expect(await readFile(path, 'utf8')).toBe('more')
  })

  test.each(['/proc/nope/deeper/hostlist.tsv', '/dev/null/hostlist.tsv'])(
    'that cannot have a folder is refused: %s',
    async (path) => {
      await expect(writeTextFile(path, 'text')).rejects.toMatchObject({ code: 'NET_HOSTLIST_UNWRITABLE', data: { path } })
    },
  )

  test('comes back as it was written, only its owner reads it, and nothing is left beside it', async () => {
    await using dir = await folder()
    const path = join(dir.path, 'deep', 'hostlist.tsv')
    await saveHostlist(path, LINES)
    expect(await loadHostlist(path)).toEqual({ lines: LINES, badLines: 0, isCut: false })
    expect((await stat(path)).mode & 0o777).toBe(0o600)
    await saveHostlist(path, LINES.slice(1))
    expect((await loadHostlist(path))?.lines).toEqual(LINES.slice(1))
    expect(await readdir(join(dir.path, 'deep'))).toEqual(['hostlist.tsv'])
  })

  test('is undefined when missing', async () => {
    await using dir = await folder()
    expect(await loadHostlist(join(dir.path, 'none'))).toBeUndefined()
  })

  test('that is a folder is unreadable and unwritable, and stays', async () => {
    await using dir = await folder()
    await mkdir(join(dir.path, 'sub'))
    const path = join(dir.path, 'sub')
    await expect(loadHostlist(path)).rejects.toMatchObject({ code: 'NET_HOSTLIST_UNREADABLE', data: { path } })
    await expect(saveHostlist(path, LINES)).rejects.toMatchObject({ code: 'NET_HOSTLIST_UNWRITABLE', data: { path } })
    expect(await readdir(dir.path)).toEqual(['sub'])
  })

  test('keeps its content when a write fails half way', async () => {
    await using dir = await folder()
    const path = join(dir.path, 'hostlist')
    await writeFile(path, 'old')
    await symlink('/dev/full', `${path}.tmp`)
    const reason = expect.stringContaining('ENOSPC') as string
    await expect(saveHostlist(path, LINES)).rejects.toMatchObject({ code: 'NET_HOSTLIST_UNWRITABLE', data: { path, reason } })
    expect(await readFile(path, 'utf8')).toBe('old')
    expect(await readdir(dir.path)).toEqual(['hostlist'])
  })

  test('takes over a temporary file that a crash has left', async () => {
    await using dir = await folder()
    const path = join(dir.path, 'hostlist')
    await writeFile(`${path}.tmp`, 'half of a line that is longer than all that follows')
    await writeTextFile(path, 'new')
    expect(await readFile(path, 'utf8')).toBe('new')
    expect(await readdir(dir.path)).toEqual(['hostlist'])
  })

  test('above the bound is read up to the last whole line', async () => {
    await using dir = await folder()
    const path = join(dir.path, 'hostlist')
    await writeFile(path, 'aaa\nbbb\nccc\n')
    expect(await readTextFile(path, 12)).toEqual({ text: 'aaa\nbbb\nccc\n', isCut: false })
    expect(await readTextFile(path, 11)).toEqual({ text: 'aaa\nbbb\nccc\n', isCut: true })
    expect(await readTextFile(path, 10)).toEqual({ text: 'aaa\nbbb\n', isCut: true })
    expect(await readTextFile(path, 2)).toEqual({ text: '', isCut: true })
  })
})
