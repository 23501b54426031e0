import { describe, expect, it } from 'vitest'
import { STATUS_ROOM } from '../state/rooms.ts'
import { commandBench } from '../testing/command-bench.ts'
import { CATS, WITH_ANN } from '../testing/people.ts'

describe('/topic', () => {
  it('shows and says what a room is about', async () => {
    const bench = commandBench()
    expect(await bench.run('/topic')).toBe('nobody said what dchat is about: /topic TEXT does')
    bench.store.dispatch({ type: 'rooms', rooms: bench.store.state.rooms.map((summary) => ({ ...summary, topic: 'all' })) })
    expect(await bench.run('/topic')).toBe('dchat: all')
    await bench.run('/topic  of mice and men')
    await bench.run('/topic -delete')
    expect(bench.named('chat.topic')).toEqual([
      { room: 'dchat', text: 'of mice and men' },
      { room: 'dchat', text: '' },
    ])
    expect(await commandBench({ room: WITH_ANN.room }).run('/topic x')).toContain('a conversation has no topic')
  })
})

describe('/notify, /mute and /unmute', () => {
  it('are about the room that is shown, or the one that is named', async () => {
    const bench = commandBench()
    expect(await bench.run('/notify')).toBe('of dchat you are told everything')
    expect(await bench.run('/notify cats')).toBe('of +cats you are told everything')
    expect(await bench.run('/notify mentions')).toBe('of dchat you are now told lines that name you')
    expect(await bench.run('/notify NONE cats')).toBe('of +cats you are now told nothing')
    expect(await bench.run('/mute @ann')).toContain('you are now told nothing')
    expect(await bench.run('/unmute')).toBe('of dchat you are now told everything')
    expect(await bench.run('/notify dogs')).toContain('no room dogs is listed')
    expect(bench.named('chat.mute')).toEqual([
      { room: 'dchat', level: 'mentions' },
      { room: CATS.room, level: 'none' },
      { room: WITH_ANN.room, level: 'none' },
      { room: 'dchat', level: 'all' },
    ])
  })
})

describe('/forget', () => {
  it('destroys the lines of a room after a question, and of no other', async () => {
    const bench = commandBench()
    await bench.run('/forget cats')
    expect(bench.questions[0]!.text).toMatch(/^Destroy every line that is kept here of \+cats\? /u)
    expect(bench.calls).toEqual([])
    await bench.questions[0]!.yes()
    expect(bench.calls).toEqual([['forget', CATS.room]])
    expect(bench.printed.at(-1)).toBe('12 lines of +cats destroyed')
  })
})

describe('the status room', () => {
  it("is shown where there is a screen, and nothing of it is the daemon's", async () => {
    const bench = commandBench()
    expect(await bench.run('/buffer status')).toContain('needs the screen')
    bench.store.dispatch({ type: 'shown', room: STATUS_ROOM })
    for (const line of ['/leave', '/topic', '/mute'])
      expect(await bench.run(line)).toContain('the status room is of this program alone')
    expect(bench.calls).toEqual([])
  })
})

describe('/l', () => {
  it('leaves, and /list lists', async () => {
    const bench = commandBench({ room: CATS.room })
    expect(await bench.run('/list')).toContain('*2  +cats')
    await bench.run('/l')
    expect(bench.named('chat.leave')).toEqual([{ room: CATS.room }])
  })
})

describe('/help', () => {
  it('tells of one command, or of what a word is in', async () => {
    const bench = commandBench()
    expect(await bench.run('/help /part')).toMatch(/^ {2}\/leave \[ROOM\] .*\(also \/l, \/part, \/close\)$/u)
    expect((await bench.run('/help invitation')).split('\n').map((row) => row.trim().split(' ')[0])).toEqual([
      '/invite',
      '/accept',
    ])
    expect(await bench.run('/help xyzzy')).toContain('/help lists all')
  })
})
