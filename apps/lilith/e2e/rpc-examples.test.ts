/** The examples of docs/rpc.md, called on a running seed; every answer is as the contract describes it. */
import { expect, test } from 'vitest'
import { SeedNode, printedExamples } from '@dchat/e2e'
import { METHODS, isOfSchema } from '@dchat/rpc/schemas'

test('every example of a method that lilith offers is answered, as its schema says', async () => {
  await using seed = await SeedNode.started()
  const offered = [...METHODS.values()].filter(({ programs }) => programs.includes('lilith')).map(({ name }) => name)
  const { methods } = (await seed.client.call('rpc.discover', [])) as { methods: { name: string }[] }
  expect(methods.map(({ name }) => name).toSorted()).toEqual(offered.toSorted())
  for (const { method, params } of printedExamples().filter((example) => offered.includes(example.method))) {
    const result = await seed.client.callRaw(method, params)
    expect([method, isOfSchema(METHODS.get(method)!.result, result), result]).toEqual([method, true, result])
  }
})
