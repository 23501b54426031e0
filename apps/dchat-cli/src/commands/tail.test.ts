import { RpcError } from '@dchat/rpc'
import { describe, expect, test } from 'vitest'
import { formatMessage } from '../format.ts'
import { anAuthor, history, message, startFakeDaemon, temporaryHome } from '../testing/fake-daemon.ts'
import { jsonLines, run, start } from '../testing/run.ts'

const lines = (from: number, to: number): ReturnType<typeof message>[] =>
  Array.from({ length: to - from + 1 }, (_, index) => message(from + index, `line ${from + index}`))
const forever = (): Promise<never> => new Promise(() => {})
const seqs = (stdout: string): number[] => jsonLines(stdout).map((line) => (line as { seq: number }).seq)

describe('tail', () => {
  test('prints the newest ten, or as many as asked for', async () => {
    await using daemon = await startFakeDaemon({ 'chat.history': history(lines(1, 30)) })
    expect((await run(['tail'], daemon)).stdout).toBe(
      lines(21, 30)
        .map((line) => `${formatMessage(line)}\n`)
        .join(''),
    )
    expect(seqs((await run(['tail', '-n', '3', '--json'], daemon)).stdout)).toEqual([28, 29, 30])
    expect(await run(['tail', '-n0'], daemon)).toEqual({ code: 0, stdout: '', stderr: '' })
  })

  test('asks for more when a page of long lines ends early', async () => {
    const stored = lines(1, 30)
    await using daemon = await startFakeDaemon({
      'chat.history': ({ before = 31, limit }) => {
        const found = stored.filter(({ seq }) => seq < Number(before)).slice(-Math.min(4, Number(limit)))
        return { messages: found, more: found[0] !== undefined && found[0].seq > 1, last_seq: 30 }
      },
    })
    expect(seqs((await run(['tail', '--json'], daemon)).stdout)).toEqual(lines(21, 30).map(({ seq }) => seq))
    expect(seqs((await run(['tail', '-n', '99', '--json'], daemon)).stdout)).toEqual(stored.map(({ seq }) => seq))
  })

  test('--since prints all that follow, page by page', async () => {
    await using daemon = await startFakeDaemon({ 'chat.history': history(lines(1, 250)) })
    const done = await run(['tail', '--since', '5', '--json'], daemon)
    expect(seqs(done.stdout)).toEqual(lines(6, 250).map((line) => line.seq))
    expect(daemon.calls).toHaveLength(3)
  })

  test('--room asks for one room only', async () => {
    await using daemon = await startFakeDaemon({ 'chat.history': history(lines(1, 2)) })
    await run(['tail', '--room', 'cats'], daemon)
    await run(['tail', '--room', 'cats', '--since', '1'], daemon)
    expect(daemon.calls.map(({ params }) => (params as { room: string }).room)).toEqual(['cats', 'cats'])
  })

  test('names conversations and private rooms, and shows an invitation without its secret', async () => {
    const [talk, room] = [`@${'a'.repeat(64)}`, `p.${'1f'.repeat(20)}`]
    const ann = anAuthor({ key: 'a'.repeat(64), nick: 'ann', tag: 'eh7ddx5bks' })
    const secret = 'A'.repeat(43)
    const stored = [
      message(1, 'hi', { room: talk, author: ann, encrypted: 'direct' }),
      message(2, 'miaow', { room, author: { ...ann, verified: true, room_key: 'b'.repeat(64) }, encrypted: 'room' }),
      message(3, 'psst', { room, author: anAuthor({ tag: 'abcdefghij', verified: false }), encrypted: 'room' }),
      message(4, `dchat-room:cats:${secret}`, {
        ...{ room: talk, author: ann, encrypted: 'direct' },
        invitation: { room, name: 'cats', replaces: null, joined: false },
      }),
    ]
    const counts = { joined: true, unread: 0, mentions: 0, last_seq: 4, topic: null, read_seq: 0, level: 'all', posts: 0 }
    await using daemon = await startFakeDaemon({
      'chat.history': history(stored),
      'chat.rooms': () => [
        { ...counts, room: talk, kind: 'direct', name: null, author: ann },
        { ...counts, room, kind: 'private', name: 'cats', author: null },
      ],
    })
    const { stdout } = await run(['tail'], daemon)
    expect(stdout.split('\n').map((line) => line.slice(20))).toEqual([
      '[@ann#eh7ddx5bks] <ann#eh7ddx5bks> hi',
      '[p.1f1f1f1f… cats] <ann#eh7ddx5bks> miaow',
      '[p.1f1f1f1f… cats] <#abcdefghij (unverified)> psst',
      '[@ann#eh7ddx5bks] -- ann#eh7ddx5bks invites you to cats (p.1f1f1f1f…): dchat-cli accept --seq 4',
      '',
    ])
    expect((await run(['tail', '--json'], daemon)).stdout).toContain(secret)
  })

  test('does with the names of rooms alone where a token may not list them', async () => {
    const stored = [message(1, 'hi', { room: `p.${'1f'.repeat(20)}`, encrypted: 'room' })]
    await using daemon = await startFakeDaemon({
      'chat.history': history(stored),
      'chat.rooms': () => {
        throw new RpcError(-32_008, 'forbidden', { kind: 'forbidden', retryable: false })
      },
    })
    expect((await run(['tail'], daemon)).stdout).toContain('[p.1f1f1f1f…] <')
  })

  test('prints nothing of an empty store', async () => {
    await using daemon = await startFakeDaemon({ 'chat.history': history([]) })
    expect(await run(['tail'], daemon)).toEqual({ code: 0, stdout: '', stderr: '' })
    expect(await run(['tail', '--since', '0'], daemon)).toEqual({ code: 0, stdout: '', stderr: '' })
  })
})

describe('tail -f', () => {
  /** A daemon whose store grows by `add`. */
  async function growing(stored: ReturnType<typeof message>[]) {
    let wake = Promise.withResolvers<void>()
    const daemon = await startFakeDaemon({ 'chat.history': history(stored, { wait: () => wake.promise }) })
    const add = (...more: ReturnType<typeof message>[]): void => {
      stored.push(...more)
      wake.resolve()
      wake = Promise.withResolvers<void>()
    }
    return { daemon, add }
  }

  test('goes on with what comes, each line once, until interrupted', async () => {
    const { daemon, add } = await growing(lines(1, 12))
    await using _ = daemon
    const interrupted = new AbortController()
    const running = start(['tail', '-f', '-n', '2', '--json'], { home: daemon.home, signal: interrupted.signal })
    await running.printed('line 12')
    add(...lines(13, 14))
    await running.printed('line 14')
    add(...lines(15, 15))
    await running.printed('line 15')
    interrupted.abort()
    const { code, stdout, stderr } = await running.finished
    expect([code, stderr]).toEqual([130, ''])
    expect(seqs(stdout)).toEqual([11, 12, 13, 14, 15])
  })

  test('waits for a daemon that went, and goes on with each line once', async () => {
    const stored = lines(1, 3)
    const { daemon, add } = await growing(stored)
    await using _ = daemon
    const interrupted = new AbortController()
    const running = start(['tail', '-f', '--since', '1', '--json'], { home: daemon.home, signal: interrupted.signal })
    await running.printed('line 3')
    add(...lines(4, 4))
    await running.printed('line 4')
    await daemon.stop()
    stored.push(...lines(5, 6))
    await using again = await startFakeDaemon({ 'chat.history': history(stored, { wait: forever }) }, { home: daemon.home })
    await running.printed('line 6')
    interrupted.abort()
    const { code, stdout, stderr } = await running.finished
    expect([code, seqs(stdout)]).toEqual([130, [2, 3, 4, 5, 6]])
    expect(stderr).toMatch(/^[^\n]+; waiting for it to come back\nconnected again; going on after 4\n$/)
    expect(again.calls[0]!.params).toMatchObject({ since: 4 })
  })

  test('waits too for one that says it stops, and tells when its history is another', async () => {
    let isStopping = true
    const after = history(lines(1, 2), { wait: forever })
    await using daemon = await startFakeDaemon({
      'chat.history': (params, connection) => {
        if (params['since'] === undefined) return { messages: [], more: false, last_seq: 9 }
        if (!isStopping) return after(params, connection)
        isStopping = false
        throw new RpcError(-32006, 'stopping', { kind: 'stopping', retryable: true })
      },
    })
    const interrupted = new AbortController()
    const running = start(['tail', '-f', '--json'], { home: daemon.home, signal: interrupted.signal })
    await running.printed('line 2')
    interrupted.abort()
    const { stdout, stderr } = await running.finished
    expect(seqs(stdout)).toEqual([1, 2])
    expect(stderr).toContain('the daemon is stopping; waiting')
    expect(stderr).toContain('a new history, without 9')
  })

  test('ends with 3 when there is no daemon to begin with', async () => {
    using empty = temporaryHome()
    expect(await run(['tail', '-f'], empty)).toMatchObject({ code: 3, stdout: '' })
  })

  test('ends with 1 for any other error answer', async () => {
    await using daemon = await startFakeDaemon({
      'chat.history': () => {
        throw new RpcError(-32007, 'store failed', { kind: 'store_failed', retryable: true })
      },
    })
    const done = await run(['tail', '-f', '--since', '3'], daemon)
    expect(done).toMatchObject({ code: 1, stderr: expect.stringContaining('store failed') as string })
  })
})
