import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { loaderOf, render } from './values.ts'

interface Recorded {
  readonly context: Record<string, unknown>
  readonly templates: Record<string, string>
  readonly cases: readonly {
    readonly source: string
    readonly value?: string
    readonly error?: string
  }[]
}

const path = join('test', 'jinja', 'recorded.json')
const { cases, context, templates } = JSON.parse(readFileSync(path, 'utf8')) as Recorded
const loader = loaderOf(templates)

test.each(cases.filter(one => one.error === undefined))('renders $source', ({ source, value }) => {
  expect(render(source, context, { loader })).toBe(value)
})

test.each(cases.filter(one => one.error !== undefined))('refuses $source', ({ source }) => {
  expect(() => render(source, context, { loader })).toThrow()
})
