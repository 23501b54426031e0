import { mkdtempDisposable, readFile, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ManualClock, MemoryLogger, SeededRandom } from '@dchat/system'
import { describe, expect, test } from 'vitest'
import { makeSettings } from '../settings.ts'
import type { Settings } from '../settings.ts'
import { HostColor } from './host-color.ts'
import { Hosts } from './hosts.ts'

const { Grey, White, Gold, Black, Dark } = HostColor
const A = 'tcp://1.2.3.4:5/'
const B = 'tcp://1.2.3.4:6/'
const C = 'tcp://8.8.8.8:1/'
/** Who tells addresses. */
const PEER = 'tcp://6.5.4.3:2/'

interface World {
  hosts: Hosts<string>
  clock: ManualClock
  logger: MemoryLogger
  nowSec: number
}

function world(settings: Partial<Settings> = {}, clock = new ManualClock()): World {
  const logger = new MemoryLogger()
  const deps = { clock, random: new SeededRandom(1), logger, isDialable: (url: string) => url.startsWith('tcp://') }
  return { hosts: new Hosts<string>(makeSettings(settings), deps), clock, logger, nowSec: clock.nowMs() / 1000 }
}

const folder = (): Promise<AsyncDisposable & { path: string }> => mkdtempDisposable(join(tmpdir(), 'dchat-hosts-'))
const known = (hosts: Hosts<string>, color: HostColor): string[] =>
  hosts.container
    .entries(color)
    .map(({ url }) => url)
    .sort()

describe('addresses from a peer', () => {
  test('go to grey or dark, are counted when new in grey, and told to listeners', () => {
    const { hosts, nowSec } = world()
    const heard: number[] = []
    const unsubscribe = hosts.onNewHosts((count) => heard.push(count))
    const seen = (...urls: string[]): { url: string; lastSeenSec: number }[] => urls.map((url) => ({ url, lastSeenSec: nowSec }))
    expect(hosts.insertFromPeer(seen(A, 'tcp://1.2.3.4:5', B, 'tcp+tls://9.9.9.9:1/', 'tcp://10.0.0.1:1/', 'junk'), PEER)).toBe(2)
    expect(hosts.insertFromPeer(seen(A, 'tcp+tls://9.9.9.9:2/'), PEER)).toBe(0)
    expect(known(hosts, Grey)).toEqual([A, B])
    expect(known(hosts, Dark)).toEqual(['tcp+tls://9.9.9.9:1/', 'tcp+tls://9.9.9.9:2/'])
    unsubscribe()
    expect(hosts.insertFromPeer(seen(C), PEER)).toBe(1)
    expect(heard).toEqual([2])
  })

  test('that are dialable now leave dark, listed or not', () => {
    const { hosts, nowSec } = world()
    hosts.container.store(Dark, A, nowSec)
    hosts.container.store(Dark, C, nowSec)
    hosts.container.store(White, C, nowSec)
    hosts.insertFromPeer(
      [
        { url: A, lastSeenSec: 1 },
        { url: C, lastSeenSec: 1 },
      ],
      PEER,
    )
    expect([known(hosts, Dark), known(hosts, Grey), hosts.container.lastSeenOf(White, C)]).toEqual([[], [A], nowSec])
  })

  test('that are those of seeds and manual peers, also connected by hand, are left out', () => {
    const { hosts, nowSec } = world({ seeds: [A], peers: [B] })
    const addrs = [A, B, C].map((url) => ({ url, lastSeenSec: nowSec }))
    hosts.exemptPeer(C)
    expect(hosts.insertFromPeer(addrs, PEER)).toBe(0)
    hosts.endExemption(C)
    expect(hosts.insertFromPeer(addrs, PEER)).toBe(1)
    expect(known(hosts, Grey)).toEqual([C])
  })

  test('that are in use are left alone', () => {
    const { hosts, nowSec } = world()
    hosts.registry.move(A, 'connect')
    expect(hosts.insertFromPeer([{ url: A, lastSeenSec: nowSec }], PEER)).toBe(0)
    expect(hosts.container.colorOf(A)).toBeUndefined()
  })

  test('a listener that throws is logged and keeps no other from hearing', () => {
    const { hosts, logger, nowSec } = world()
    const heard: number[] = []
    hosts.onNewHosts(() => {
      throw new Error('listener')
    })
    hosts.onNewHosts((count) => heard.push(count))
    hosts.insertFromPeer([{ url: A, lastSeenSec: nowSec }], PEER)
    expect(heard).toEqual([1])
    expect(logger.records.map(({ level }) => level)).toEqual(['error'])
  })
})

test('IPv6 counts as not dialable for an hour after a dial found no network, or until one connects', async () => {
  const { hosts, clock, nowSec } = world()
  const [first, second, third] = ['tcp://[2606::1]:1/', 'tcp://[2607::1]:1/', 'tcp://[2608::1]:1/'] as const
  hosts.noteUnreachable('tcp://[2a00:1450::1]:26661/')
  hosts.insertFromPeer([{ url: first, lastSeenSec: nowSec }], PEER)
  expect(known(hosts, Dark)).toEqual([first])
  await clock.advance(3_600_000)
  hosts.insertFromPeer([{ url: second, lastSeenSec: nowSec }], PEER)
  expect(known(hosts, Grey)).toEqual([second])
  hosts.noteUnreachable('tcp://[2a00:1450::1]:26661/')
  expect(hosts.pickOutbound(8)).toBeUndefined()
  hosts.markConnected(third)
  expect(hosts.pickOutbound(8)).toBe(third)
})

describe('moves', () => {
  test('follow a host through its life', async () => {
    const { hosts, clock, nowSec } = world()
    hosts.insertFromPeer([{ url: A, lastSeenSec: nowSec - 100 }], PEER)
    hosts.greylist(A)
    expect(hosts.container.lastSeenOf(Grey, A)).toBe(nowSec - 100)
    await clock.advance(5_000)
    hosts.promoteToWhite(A)
    expect(hosts.container.entries(White)).toEqual([{ url: A, lastSeenSec: nowSec + 5 }])
    await clock.advance(5_000)
    hosts.markConnected(A)
    expect([known(hosts, White), hosts.container.entries(Gold)]).toEqual([[], [{ url: A, lastSeenSec: nowSec + 10 }]])
    await clock.advance(5_000)
    hosts.greylist(A, nowSec + 15)
    expect([known(hosts, Gold), hosts.container.entries(Grey)]).toEqual([[], [{ url: A, lastSeenSec: nowSec + 15 }]])
    hosts.removeGrey(A)
    expect(hosts.container.colorOf(A)).toBeUndefined()
  })

  test('bring a banned host into no list', () => {
    const { hosts } = world()
    hosts.markConnected(A)
    hosts.bans.add(A, { durationMs: 1000 })
    hosts.greylist(A)
    expect(hosts.container.colorOf(A)).toBeUndefined()
    hosts.markConnected(A)
    hosts.promoteToWhite(A)
    expect(hosts.container.colorOf(A)).toBeUndefined()
  })
})

test('gold holds the outbound slots and 64 more', () => {
  const { hosts } = world({ outboundConnections: 3 })
  for (let index = 0; index < 67; index += 1) hosts.markConnected(`tcp://8.8.0.${index}:1/`)
  expect(hosts.container.size(Gold)).toBe(67)
  hosts.markConnected(A)
  expect([hosts.container.size(Gold), hosts.container.has(Gold, A)]).toEqual([67, true])
})

describe('outbound picks', () => {
  test('skip seeds, our own address, banned, blacklisted and undialable hosts and those in use', () => {
    const { hosts, nowSec } = world({
      seeds: ['tcp://3.3.3.3:1'],
      externalAddrs: ['tcp://4.4.4.4:1'],
      blacklist: [{ host: '5.5.5.5', schemes: ['tcp'], ports: [] }],
    })
    for (const url of ['tcp://3.3.3.3:1/', 'tcp://4.4.4.4:1/', 'tcp://5.5.5.5:1/', 'tor://x.onion:1/', A, B])
      hosts.container.store(White, url, nowSec)
    hosts.container.store(Black, B, nowSec)
    hosts.bans.add('6.6.6.6', { durationMs: 1000 })
    hosts.container.store(White, 'tcp://6.6.6.6:1/', nowSec)
    expect(hosts.pickOutbound(8)).toBe(A)
    hosts.registry.move(A, 'connect')
    expect(hosts.pickOutbound(8)).toBeUndefined()
    hosts.changeExternalAddrs(() => [])
    expect(hosts.pickOutbound(8)).toBe('tcp://4.4.4.4:1/')
  })
})

describe('bans', () => {
  test('of an inbound host cover its ports and empty grey of it', () => {
    const { hosts, nowSec } = world()
    for (const url of [A, B, C]) hosts.insertFromPeer([{ url, lastSeenSec: nowSec }], PEER)
    expect(hosts.ban('tcp://1.2.3.4:50000/', 'inbound', 'garbage')).toBeDefined()
    expect([A, B, C, 'tcp+tls://1.2.3.4:9/'].map((url) => hosts.isBanned(url, 'inbound'))).toEqual([true, true, false, true])
    expect(hosts.isBanned(A, 'outbound')).toBe(true)
    expect(known(hosts, Grey)).toEqual([C])
    expect(hosts.insertFromPeer([{ url: A, lastSeenSec: nowSec }], PEER)).toBe(0)
  })

  test.each([Gold, White])('of an inbound host in list %i cover only its port', (color) => {
    const { hosts, nowSec } = world()
    hosts.container.store(color, A, nowSec)
    hosts.ban('tcp://1.2.3.4:50000/', 'inbound', 'garbage')
    expect([hosts.isBanned('tcp://1.2.3.4:50000/', 'inbound'), hosts.isBanned(A, 'inbound'), known(hosts, color)]).toEqual([
      true,
      false,
      [A],
    ])
  })

  test('of an outbound host cover the endpoint alone', () => {
    const { hosts } = world()
    hosts.markConnected(A)
    hosts.markConnected(B)
    expect(hosts.ban(A, 'outbound', 'garbage')).toBeDefined()
    expect([hosts.isBanned(A, 'outbound'), hosts.isBanned(B, 'outbound'), known(hosts, Gold)]).toEqual([true, false, [B]])
  })

  test('cover the /64 of an IPv6 host', () => {
    const { hosts } = world()
    hosts.ban('tcp://[2606:1:2:3::1]:1/', 'inbound', 'x')
    expect(['2606:1:2:3:f::9', '2606:1:2:4::1'].map((host) => hosts.isBanned(`tcp://[${host}]:1/`, 'inbound'))).toEqual([
      true,
      false,
    ])
  })

  test.each([
    ['a manual peer that comes in', 'tcp://7.7.7.7:40000/', 'inbound'],
    ['a manual peer we dialled', 'tcp://7.7.7.7:7/', 'outbound'],
    ['an IP of never_ban', 'tcp://9.1.2.3:1/', 'inbound'],
    ['the same, dialled', 'tcp://9.1.2.3:1/', 'outbound'],
    ['one address of a /64', 'tcp://[2606:1:2:3::5]:1/', 'inbound'],
    ['a local host', 'tcp://127.0.0.1:1/', 'inbound'],
    ['a Unix socket', 'unix:///tmp/x', 'inbound'],
  ] as const)('never fall on %s', (_, url, how) => {
    const { hosts } = world({ peers: ['tcp://7.7.7.7:7'], neverBan: ['9.0.0.0/8', '2606:1:2:3::5'] })
    expect(hosts.ban(url, how, 'x')).toBeUndefined()
    expect(hosts.isBanned(url, how)).toBe(false)
    expect(hosts.bans.saved()).toEqual([])
  })

  test('never fall on the host of a manual peer, in white or not', () => {
    const { hosts, nowSec } = world({ peers: ['tcp://7.7.7.7:7'] })
    hosts.container.store(White, 'tcp://7.7.7.7:7/', nowSec)
    expect(hosts.ban('tcp://7.7.7.7:40000/', 'inbound', 'x')).toBeUndefined()
    expect(hosts.bans.saved()).toEqual([])
  })

  test('of a /64 leave the one address in it that is never banned', () => {
    const { hosts } = world({ neverBan: ['2606:1:2:3::5'] })
    expect(hosts.ban('tcp://[2606:1:2:3::6]:1/', 'inbound', 'x')).toBeDefined()
    expect(['5', '6'].map((last) => hosts.isBanned(`tcp://[2606:1:2:3::${last}]:1/`, 'inbound'))).toEqual([false, true])
  })

  test('of an address that the proxy of an overlay brought in do not shut out others from it', () => {
    const { hosts } = world({ localnet: true })
    expect(hosts.ban('tor://127.0.0.1:1/', 'inbound', 'x')).toBeUndefined()
    expect(hosts.ban('tcp://127.0.0.1:1/', 'inbound', 'x')).toBeDefined()
    expect([hosts.isBanned('tor://127.0.0.1:1/', 'inbound'), hosts.isBanned('tcp://127.0.0.1:2/', 'inbound')]).toEqual([
      false,
      true,
    ])
  })

  test('are not made under the relaxed policy', () => {
    expect(world({ banPolicy: 'relaxed' }).hosts.ban(A, 'outbound', 'x')).toBeUndefined()
  })

  test('need valid settings', () => {
    expect(() => world({ neverBan: ['example.com'] })).toThrow(
      expect.objectContaining({ code: 'NET_SETTINGS_INVALID', data: expect.objectContaining({ key: 'neverBan' }) }),
    )
  })
})

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
    first.hosts.ban('tcp://6.6.6.6:6/', 'inbound', 'garbage')
    await first.hosts.save()
    const second = await withFiles(dir.path, first.clock)
    await second.hosts.start()
    for (const color of [Grey, White, Gold, Dark])
      expect(second.hosts.container.entries(color)).toEqual(first.hosts.container.entries(color))
    expect(second.hosts.container.size(Black)).toBe(0)
    expect(second.hosts.bans.list()).toEqual(first.hosts.bans.list())
    expect(await readFile(first.bansPath, 'utf8')).toBe(`6.6.6.6\t${first.nowSec + 3600}\t1\tgarbage\n`)
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

test('an external address whose port is not known yet is told to nobody', () => {
  const { hosts } = world({ externalAddrs: ['tcp://5.5.5.5:0/', 'tcp://5.5.5.5:99/'] })
  expect(hosts.externalAddrs).toEqual(['tcp://5.5.5.5:99/'])
  hosts.changeExternalAddrs((urls) => urls.map((url) => url.replace(':0/', ':98/')))
  expect(hosts.externalAddrs).toEqual(['tcp://5.5.5.5:98/', 'tcp://5.5.5.5:99/'])
})
