import { RpcError } from '@dchat/rpc'
import { describe, expect, it } from 'vitest'
import type { ChatState } from '../state/model.ts'
import { commandBench } from '../testing/command-bench.ts'
import {
  ANN,
  BOB,
  CATS,
  EVE,
  FAKE_ANN,
  INVITATION,
  STRANGER,
  WITH_ANN,
  anInvitation,
  verificationOf,
  vouched,
} from '../testing/people.ts'

const failure = (kind: 'no_key' | 'ambiguous', hint: string, keys?: string[]): RpcError =>
  new RpcError(-32010, kind, { kind, hint, retryable: false, ...(keys === undefined ? {} : { keys }) })
const room = (state: ChatState): string => state.room

describe('talking to one person', () => {
  it('/msg says it in the conversation, and shows what was shown', async () => {
    const bench = commandBench()
    expect(await bench.run('/msg ann hello there')).toBe('said to ann#anntag000; /buffer 3 shows it')
    expect(bench.named('send')).toEqual([{ room: WITH_ANN.room, text: 'hello there', kind: 'text', hold: false }])
    expect(room(bench.store.state)).toBe('dchat')
    await bench.run('/msg -hold ann later')
    expect(bench.named('send')[1]).toMatchObject({ text: 'later', hold: true })
    expect(await bench.run('/msg ann')).toContain('needs WHO and TEXT')
    expect(await bench.run('/msg -loud ann x')).toContain('there is no -loud')
  })

  it('never guesses whom', async () => {
    const bench = commandBench({
      answers: { 'identity.verify': failure('ambiguous', '"ann" may be ann#anntag000 (aa), ann#faketag000 (ff)') },
    })
    expect(await bench.run('/msg ann psst')).toContain('ann#faketag000')
    expect(bench.named('send')).toEqual([])
  })

  it('/query opens the conversation, and says TEXT in it', async () => {
    const bench = commandBench()
    await bench.run('/query ann hi')
    expect(room(bench.store.state)).toBe(WITH_ANN.room)
    expect(bench.calls.map(([name]) => name)).toEqual(['identity.verify', 'chat.join', 'send'])
  })

  it('says what to do when there is no key, and /hold does it', async () => {
    const bench = commandBench({ outcome: 'failed' })
    const send = { localId: 1, room: WITH_ANN.room, text: 'secret', kind: 'action', at: 0, afterSeq: 0 } as const
    bench.store.dispatch({ type: 'sendFailed', send, reason: 'no box key of ann is known', isKeyless: true })
    expect(await bench.run('/msg ann secret')).toContain('no box key of ann is known; /msg -hold WHO TEXT keeps it')
    expect(await bench.run('/hold')).toContain('only a line to one person can wait')
    const inside = commandBench({ room: WITH_ANN.room })
    inside.store.dispatch({ type: 'sendFailed', send, reason: 'none', isKeyless: true })
    await inside.run('/hold')
    expect(inside.named('send')).toEqual([{ room: WITH_ANN.room, text: 'secret', kind: 'action', hold: true }])
    await inside.run('/hold another')
    expect(inside.named('send')[1]).toMatchObject({ text: 'another', kind: 'text', hold: true })
    expect(await commandBench({ room: WITH_ANN.room }).run('/hold')).toContain('no line here failed')
  })
})

describe('knowing who somebody is', () => {
  it('/verify shows the digits in six groups of five, and notes what was found', async () => {
    const bench = commandBench({ answers: { 'identity.pin': true } })
    const said = await bench.run('/verify ann')
    expect(said).toContain('ann#anntag000: read these digits to each other')
    expect(said).toMatch(/\n {4}(?:\d{5} ){5}\d{5}\n/u)
    expect(said).toContain('/verify ann#anntag000 yes')
    expect(await bench.run('/verify ann yes')).toBe('ann#anntag000 is verified')
    await bench.run('/verify ann NO')
    expect(bench.named('identity.pin')).toEqual([
      { key: ANN.key, on: true },
      { key: ANN.key, on: false },
    ])
    expect(bench.named('factsChanged')).toHaveLength(2)
    const inside = commandBench({ room: WITH_ANN.room, answers: { 'identity.pin': true } })
    expect(await inside.run('/verify yes')).toBe('ann#anntag000 is verified')
    expect(await commandBench().run('/verify')).toContain('say whom')
  })

  it('/whois lists everybody who goes by the nick', async () => {
    const ambiguous = ({ key }: { key: string }) =>
      key === 'ann'
        ? failure('ambiguous', 'two', [ANN.key!, FAKE_ANN.key!])
        : verificationOf(key === ANN.key ? ANN : FAKE_ANN, { pinned: key === ANN.key })
    const bench = commandBench({ answers: { 'identity.verify': ambiguous } })
    const said = await bench.run('/whois ann')
    expect(said.split('\n')[0]).toBe('2 keys go by this name:')
    expect(said).toContain('ann#anntag000, verified')
    expect(said).toContain(`ann#faketag000, not verified\n    key ${FAKE_ANN.key}`)
  })
})

describe('private rooms', () => {
  it('/create goes into it, /invite sends the invitation', async () => {
    const bench = commandBench({ answers: { 'room.create': CATS.room, 'room.invite': true } })
    expect(await bench.run('/create cats')).toContain('+cats is made')
    expect(bench.named('room.create')).toEqual([{ name: 'cats' }])
    expect(await bench.run('/invite ann')).toContain('ann#anntag000 was sent the invitation to +cats')
    await bench.run('/invite -hold ann')
    expect(bench.named('room.invite')).toEqual([
      { room: CATS.room, to: ANN.key },
      { room: CATS.room, to: ANN.key, hold: true },
    ])
    expect(await commandBench().run('/invite ann')).toContain('this is for private rooms')
  })

  it('/accept takes the newest invitation of the shown conversation', async () => {
    const messages = [anInvitation(4, { text: 'dchat-room:old:x' }), anInvitation(5), anInvitation(6, { own: true })]
    const bench = commandBench({ room: WITH_ANN.room, messages, answers: { 'room.accept': CATS.room } })
    const said = await bench.run('/accept')
    expect(bench.named('room.accept')).toEqual([{ invitation: INVITATION }])
    expect(room(bench.store.state)).toBe(CATS.room)
    expect(said).toContain('you are in +cats')
    expect(said).not.toContain(INVITATION)
  })

  it('/accept asks which elsewhere, and takes one by its number, or one that is pasted', async () => {
    const joined = { room: CATS.room, name: 'cats', replaces: null, joined: true }
    const page = {
      messages: [anInvitation(5), anInvitation(6, { invitation: joined }), anInvitation(7)],
      more: false,
      last_seq: 7,
    }
    const bench = commandBench({ answers: { 'chat.history': page, 'room.accept': CATS.room } })
    const said = await bench.run('/accept')
    expect(said).toBe(
      ['which one?', '  ann#anntag000 invites you to +cats: /accept 7', '  ann#anntag000 invites you to +cats: /accept 5'].join(
        '\n',
      ),
    )
    expect(bench.named('room.accept')).toEqual([])
    await bench.run('/accept 5')
    await bench.run(`/accept ${INVITATION}`)
    expect(bench.named('room.accept')).toEqual([{ invitation: INVITATION }, { invitation: INVITATION }])
    expect(await bench.run('/accept 6')).toContain('no invitation has the number 6')
    const none = commandBench({ answers: { 'chat.history': { messages: [], more: false, last_seq: 0 } } })
    expect(await none.run('/accept')).toContain('nobody has sent an invitation')
  })

  it('/members says who is vouched for by nobody', async () => {
    const bench = commandBench({ room: CATS.room, answers: { 'room.members': [vouched(BOB), vouched(ANN), STRANGER] } })
    expect(await bench.run('/members')).toBe(
      [
        '+cats, 3 members who wrote here:',
        '  bob#bobtag000  (you)',
        '  ann#anntag000',
        '  ?strangerxy  unverified: nobody vouches for this key',
      ].join('\n'),
    )
  })

  it('/rekey names who is invited and who is not, and does nothing without a yes', async () => {
    const list = [vouched(BOB), vouched(ANN), vouched(EVE), STRANGER]
    const next = { ...CATS, room: `p.${'d'.repeat(40)}` }
    const bench = commandBench({ room: CATS.room, answers: { 'room.members': list, 'room.rekey': next.room } })
    await bench.run('/rekey eve')
    expect(bench.questions[0]!.text).toContain('Invited: ann#anntag000. NOT invited: eve#evetag000, ?strangerxy.')
    expect(bench.named('room.rekey')).toEqual([])
    await bench.questions[0]!.yes()
    expect(bench.named('room.rekey')).toEqual([{ room: CATS.room, without: [EVE.key] }])
    expect(room(bench.store.state)).toBe(next.room)
    expect(bench.printed.at(-1)).toContain('1 member was sent the invitation')
    const again = commandBench({ room: CATS.room, answers: { 'room.members': list } })
    expect(await again.run('/rekey nobody')).toContain('no verified member')
    expect(again.questions).toEqual([])
    await again.run('/rekey')
    expect(again.questions[0]!.text).toContain('Invited: ann#anntag000, eve#evetag000. NOT invited: ?strangerxy.')
  })

  it('says what the daemon refuses after a yes too', async () => {
    const refused = new RpcError(-32004, 'not found', { kind: 'not_found', hint: 'gone', retryable: false })
    const bench = commandBench({ room: CATS.room, answers: { 'room.members': [vouched(BOB)], 'room.rekey': refused } })
    await bench.run('/rekey')
    await bench.questions[0]!.yes()
    expect(bench.printed.at(-1)).toBe('/rekey: gone')
  })
})
