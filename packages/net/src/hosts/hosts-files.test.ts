/** The files of hosts: what is saved and read, and what of a damaged one. */
import { spawnSync } from 'node:child_process'
import { readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { ManualClock } from '@dchat/system'
import { describe, expect, test } from 'vitest'
import { Grey, White, Gold, Black, Dark, A, B, C, PEER, type World, world, folder, known, anOffence } from './hosts.test-util.ts'

describe('files', () => {
  async function withFiles(path: string, clock?: ManualClock): Promise<World & { hostlistPath: string; bansPath: string }> {
    const paths = { hostlistPath: join(path, 'hostlist.tsv'), bansPath: join(path, 'bans.tsv') }
    return { ...world(paths, clock), ...paths }
  }

  test('bring lists and bans over a restart, but not black', async () => {
    await using dir = await folder()
    const first = await withFiles(dir.path)
    await first.hosts.start()
    first.hosts.insertFromPeer(
      [
        { url: A, lastSeenSec: first.nowSec - 5 },
        { url: 'tcp+tls://9.9.9.9:1/', lastSeenSec: first.nowSec },
      ],
      PEER,
    )
    first.hosts.markConnected(C)
    first.hosts.container.store(Black, B, 1)
    first.hosts.ban('tcp://6.6.6.6:6/', 'inbound', anOffence('NET_UNKNOWN_COMMAND', 'command=what'))
    await first.hosts.save()
    const second = await withFiles(dir.path, first.clock)
    await second.hosts.start()
    for (const color of [Grey, White, Gold, Dark])
      expect(second.hosts.container.entries(color)).toEqual(first.hosts.container.entries(color))
    expect(second.hosts.container.size(Black)).toBe(0)
    expect(second.hosts.bans.list()).toEqual(first.hosts.bans.list())
    expect(await readFile(first.bansPath, 'utf8')).toBe(`6.6.6.6\t${first.nowSec + 3600}\t1\tNET_UNKNOWN_COMMAND\tcommand=what\n`)
  })

  test('with bad lines keep the good ones and say how many were bad, once a file', async () => {
    await using dir = await folder()
    const { hosts, logger, hostlistPath, bansPath } = await withFiles(dir.path)
    await writeFile(hostlistPath, `junk\ngold\t${A}\t1\n\u0000\ufffd\nblack\t${C}\t2\n`)
    await writeFile(bansPath, 'junk\n')
    await hosts.start()
    expect([known(hosts, Gold), known(hosts, Black), hosts.isBanned(C, 'outbound')]).toEqual([[A], [C], true])
    expect(logger.records).toEqual([
      { level: 'warn', message: 'Ban lines skipped', fields: { path: bansPath, badLines: 1, isCut: false } },
      { level: 'warn', message: 'Host list lines skipped', fields: { path: hostlistPath, badLines: 2, isCut: false } },
    ])
  })

  test.each(['hostlist.tsv', 'bans.tsv'])(
    'of another kind than a file, as a pipe at %s, are neither waited for nor replaced',
    async (name) => {
      await using dir = await folder()
      const path = join(dir.path, name)
      expect(spawnSync('mkfifo', [path]).status).toBe(0)
      const { hosts } = await withFiles(dir.path)
      await expect(hosts.start()).rejects.toMatchObject({
        code: 'NET_HOSTLIST_UNREADABLE',
        data: { path, reason: 'it is no file' },
      })
      expect((await stat(path)).isFIFO()).toBe(true)
    },
  )

  test('with black lines are written without them by the next save', async () => {
    await using dir = await folder()
    const { hosts, hostlistPath } = await withFiles(dir.path)
    await writeFile(hostlistPath, `gold\t${A}\t1\nblack\t${C}\t2\n`)
    await hosts.start()
    await hosts.save()
    expect(await readFile(hostlistPath, 'utf8')).toBe(`gold\t${A}\t1\n`)
    expect(hosts.isBanned(C, 'outbound')).toBe(true)
  })

  test('with nothing to leave out are not written again', async () => {
    await using dir = await folder()
    const { hosts, hostlistPath } = await withFiles(dir.path)
    const text = `gold\t${A}\t1\r\n\ngrey\t${C}\t2\n`
    await writeFile(hostlistPath, text)
    await hosts.start()
    await hosts.save()
    expect(await readFile(hostlistPath, 'utf8')).toBe(text)
  })

  test('lose dark lines of more than a day though nothing else happens', async () => {
    await using dir = await folder()
    const { hosts, hostlistPath, clock, nowSec } = await withFiles(dir.path)
    await hosts.start()
    hosts.container.store(Dark, C, nowSec)
    await hosts.save()
    expect(await readFile(hostlistPath, 'utf8')).toBe(`dark\t${C}\t${nowSec}\n`)
    await clock.advance(86_401_000)
    await hosts.save()
    expect(await readFile(hostlistPath, 'utf8')).toBe('')
  })

  test('tell no time to come', async () => {
    await using dir = await folder()
    const { hosts, hostlistPath, nowSec } = await withFiles(dir.path)
    await writeFile(hostlistPath, `grey\t${A}\t18446744073709551615\n`)
    await hosts.start()
    expect(hosts.container.entries(Grey)).toEqual([{ url: A, lastSeenSec: nowSec }])
  })

  test('bring anchors over a restart, a time without peers or a crash', async () => {
    await using dir = await folder()
    const anchorsPath = join(dir.path, 'anchors.tsv')
    const first = world({ anchorsPath })
    await first.hosts.start()
    first.hosts.setAnchors([A, C, B])
    await first.hosts.save()
    first.hosts.setAnchors([])
    await first.hosts.save()
    expect(await readFile(anchorsPath, 'utf8')).toBe(`${A}\n${C}\n`)
    const second = world({ anchorsPath })
    await second.hosts.start()
    expect([second.hosts.pickOutbound(8), second.hosts.pickOutbound(8)]).toEqual([A, C])
    expect(await readFile(anchorsPath, 'utf8')).toBe(`${A}\n${C}\n`)
  })

  test('with damaged anchors keep the good one and say how many were bad', async () => {
    await using dir = await folder()
    const anchorsPath = join(dir.path, 'anchors.tsv')
    await writeFile(anchorsPath, `\u0000junk\n${A}\n`)
    const { hosts, logger } = world({ anchorsPath })
    await hosts.start()
    expect(hosts.pickOutbound(8)).toBe(A)
    expect(logger.records).toEqual([
      { level: 'warn', message: 'Anchor lines skipped', fields: { path: anchorsPath, badLines: 1, isCut: false } },
    ])
  })

  test('that fail together fail the save, each told', async () => {
    await using dir = await folder()
    const blocked = join(dir.path, 'blocked')
    const { hosts, logger } = world({ hostlistPath: join(blocked, 'hostlist'), anchorsPath: join(blocked, 'anchors') })
    await hosts.start()
    await writeFile(blocked, 'a file where the folder should be')
    await expect(hosts.save()).rejects.toMatchObject({ code: 'NET_HOSTLIST_UNWRITABLE' })
    expect(logger.records.map(({ message }) => message)).toEqual(['State of hosts not saved'])
  })

  test('hold no host that is banned', async () => {
    await using dir = await folder()
    const { hosts, hostlistPath, bansPath, nowSec } = await withFiles(dir.path)
    await writeFile(hostlistPath, `grey\t${A}\t1\ngrey\t${C}\t1\n`)
    await writeFile(bansPath, `1.2.3.4\t${nowSec + 5}\t1\tx\n`)
    await hosts.start()
    expect(known(hosts, Grey)).toEqual([C])
  })

  test('that cannot be read fail start, and are not overwritten', async () => {
    await using dir = await folder()
    const { hosts } = world({ hostlistPath: dir.path })
    await expect(hosts.start()).rejects.toMatchObject({ code: 'NET_HOSTLIST_UNREADABLE', data: { path: dir.path } })
    hosts.markConnected(A)
    await hosts.save()
    await expect(hosts.start()).rejects.toMatchObject({ code: 'NET_HOSTLIST_UNREADABLE' })
  })

  test('are not written before start, nor when nothing has changed', async () => {
    await using dir = await folder()
    const { hosts, hostlistPath } = await withFiles(dir.path)
    hosts.markConnected(A)
    await hosts.save()
    await expect(stat(hostlistPath)).rejects.toMatchObject({ code: 'ENOENT' })
    await hosts.start()
    await hosts.save()
    const written = (await stat(hostlistPath)).ino
    await hosts.save()
    expect((await stat(hostlistPath)).ino).toBe(written)
    hosts.markConnected(C)
    await hosts.save()
    expect(await readFile(hostlistPath, 'utf8')).toContain(C)
  })

  test('hold what was known when save was called, whatever saves run already', async () => {
    await using dir = await folder()
    const { hosts, hostlistPath } = await withFiles(dir.path)
    await hosts.start()
    hosts.markConnected(A)
    const first = hosts.save()
    hosts.markConnected(C)
    const second = hosts.save()
    expect(hosts.save()).toBe(second)
    await Promise.all([first, second])
    expect(await readFile(hostlistPath, 'utf8')).toContain(C)
  })

  test('that cannot be written are tried again by the next save', async () => {
    await using dir = await folder()
    const blocked = join(dir.path, 'blocked')
    const { hosts } = world({ hostlistPath: join(blocked, 'hostlist') })
    await hosts.start()
    await writeFile(blocked, 'a file where the folder should be')
    hosts.markConnected(A)
    await expect(hosts.save()).rejects.toMatchObject({ code: 'NET_HOSTLIST_UNWRITABLE' })
    await expect(hosts.save()).rejects.toMatchObject({ code: 'NET_HOSTLIST_UNWRITABLE' })
  })

  test('are loaded once', async () => {
    await using dir = await folder()
    const { hosts, hostlistPath } = await withFiles(dir.path)
    await writeFile(hostlistPath, `grey\t${A}\t1\n`)
    await Promise.all([hosts.start(), hosts.start()])
    hosts.removeGrey(A)
    await hosts.start()
    expect(known(hosts, Grey)).toEqual([])
  })
})
