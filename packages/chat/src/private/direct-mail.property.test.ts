/** Whatever comes in whatever order, with stops and crashes in between: each message is there once, on both sides. */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { MailStage } from '../testing/mail-stage.ts'

const step = fc.oneof(
  { weight: 4, arbitrary: fc.record({ at: fc.constant('say' as const), by: fc.constantFrom('alice' as const, 'bob' as const) }) },
  { weight: 1, arbitrary: fc.record({ at: fc.constant('key' as const), by: fc.constantFrom('alice' as const, 'bob' as const) }) },
  {
    weight: 2,
    arbitrary: fc.record({
      at: fc.constantFrom('restart' as const, 'crash' as const),
      by: fc.constantFrom('alice' as const, 'bob' as const),
    }),
  },
  { weight: 2, arbitrary: fc.record({ at: fc.constant('pass' as const), ms: fc.nat(200) }) },
)

test('messages that are held or sent arrive once, over stops and crashes', async () => {
  const run = fc.asyncProperty(fc.array(step, { minLength: 4, maxLength: 14 }), async (steps) => {
    await using stage = await MailStage.open({ haveKeys: false })
    const { alice, bob, chat } = stage
    const people = { alice, bob }
    const said: Record<'alice' | 'bob', string[]> = { alice: [], bob: [] }
    for (const [index, one] of steps.entries()) {
      if (one.at === 'pass') await chat.advance(one.ms)
      else if (one.at === 'key') await stage.during(people[one.by].publishKey())
      else if (one.at === 'restart') await stage.during(people[one.by].restart())
      else if (one.at === 'crash') people[one.by].crash()
      else {
        const text = `${index} of ${one.by}`
        await stage.during(people[one.by].say(one.by === 'alice' ? bob : alice, text, { hold: true }))
        said[one.by].push(text)
      }
    }
    await stage.publishKeys(alice, bob)
    const all = [...said.alice, ...said.bob].sort()
    await stage.until(() => alice.textsWith(bob).length >= all.length && bob.textsWith(alice).length >= all.length)
    await chat.advance(10_000)
    expect([alice, bob].map((each) => each.textsWith(each === alice ? bob : alice).sort())).toEqual([all, all])
    expect([alice, bob].map(({ mail }) => [mail.counts.held, mail.counts.untried])).toEqual([
      [0, 0],
      [0, 0],
    ])
  })
  await fc.assert(run, { numRuns: 12 })
}, 120_000)
