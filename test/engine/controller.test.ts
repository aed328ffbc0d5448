import { writeFileSync } from 'node:fs'
import type { Module } from '../../src/core/module.ts'
import { wholeOf, type Source } from '../../src/core/wire.ts'
import { defineModule } from '../../src/core/module.ts'
import { text } from '../../src/core/schema.ts'
import { play, Project } from './harness.ts'

/** Keeps the source of a file, to be read by the test. */
const keeping = (sources: Source[]): Module =>
  defineModule({
    name: 'ping',
    summary: 'Keeps a source.',
    params: { data: text('A file of the controller.') },
    touches: [],
    prepare: async (want, controller) => {
      sources.push(await controller.file(want.data))
      return {}
    },
    probes: () => ({}),
    plan: () => [],
    result: () => ({}),
  })

const sourceOf = async (project: Project): Promise<Source> => {
  const sources: Source[] = []
  await project.run({ modules: [keeping(sources)] })
  const [source] = sources
  if (source === undefined) throw new Error('the file was not read')
  return source
}

describe('a file of the controller', () => {
  const size = 2_000_000
  const project = (): Project =>
    new Project({
      'site.yml': play('- { ping: { data: DIR/file } }'),
      file: 'a'.repeat(size),
    })

  test('is sent as it is, as often as it is asked for', async () => {
    const source = await sourceOf(project())
    expect(source.size).toBe(size)
    for (let time = 0; time < 2; time++)
      expect((await wholeOf(source)).equals(Buffer.alloc(size, 'a'))).toBe(true)
  })

  test.each([
    { how: 'with as many bytes', content: 'b'.repeat(size) },
    { how: 'with more', content: 'b'.repeat(size + 1) },
  ])('that is written $how while it is sent is not sent to its end', async ({ content }) => {
    const changing = project()
    const source = await sourceOf(changing)
    let sent = 0
    const sending = async (): Promise<void> => {
      for await (const piece of source.open()) {
        if (sent === 0) writeFileSync(changing.path('file'), content)
        sent += piece.length
      }
    }
    await expect(sending()).rejects.toMatchObject({ code: 'E_SOURCE_CHANGED' })
    expect(sent).toBeLessThan(size)
  })
})
