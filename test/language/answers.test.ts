import { readFileSync } from 'node:fs'
import { writeYaml } from '../../src/language/filters/yamlwriter.ts'
import { fromPlain } from '../../src/language/filters/json.ts'
import { keywords, layer, plain, play, raw, world } from './world.ts'

interface Answer {
  readonly group: string
  readonly expression: string
  readonly value: unknown
}

interface YamlAnswer {
  readonly value: unknown
  readonly to_yaml: string
  readonly to_nice_yaml: string
  readonly to_nice_yaml_indent_2: string
}

const read = (name: string): unknown => JSON.parse(readFileSync(`test/language/${name}`, 'utf8'))

const VARS = JSON.stringify({
  some_var: 'sv',
  some_list: [1],
  lines: 'a\nb',
  Lines: 'A\nb',
  eol: 'line\n',
  y1: 'a: yes\nb: 0644\nc: [1, "2"]',
  y2: 'a: 1\n---\nb: 2\n',
})

// What ansible-core 2.14 answered (with passlib, native types, and the variables above).
describe('answers as Ansible answers', () => {
  const { scope } = world()
  const directory = process.cwd()
  process.env['OR_TEST'] = 'env value'
  delete process.env['OR_NONE']
  const task = scope({ keywords: keywords([layer(VARS)]), directory, play: play({ directory }) })

  test.each(read('answers.json') as Answer[])('$group: $expression', ({ expression, value }) => {
    const answer = plain(task.value(raw(JSON.stringify(`{{ ${expression} }}`))))
    if (typeof value === 'number') expect(answer).toBeCloseTo(value, 9)
    else expect(answer).toEqual(value)
  })
})

describe('writes YAML as PyYAML does', () => {
  const layout = { indent: 2, sortKeys: true, width: 80 }
  const cases = (read('yamlanswers.json') as YamlAnswer[]).map(answer => ({
    ...answer,
    shown: JSON.stringify(answer.value).slice(0, 60),
  }))

  test.each(cases)('$shown', answer => {
    const value = fromPlain(answer.value)
    expect(writeYaml(value, { ...layout, flowLeaves: true })).toBe(answer.to_yaml)
    expect(writeYaml(value, { ...layout, flowLeaves: false })).toBe(answer.to_nice_yaml_indent_2)
    expect(writeYaml(value, { ...layout, indent: 4, flowLeaves: false })).toBe(answer.to_nice_yaml)
  })
})
