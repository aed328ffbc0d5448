/** A unit file as far as it matters here. */
export interface UnitFile {
  readonly name: string
  /** Where it is. */
  readonly at: string
  readonly description: string
  /** Of a service; `simple` where it is not said, and where a bus name or no program is, what systemd takes then. */
  readonly type: string
  readonly remains: boolean
  readonly canReload: boolean
  /** Whether enabling it does anything. */
  readonly canBeEnabled: boolean
  readonly aliases: readonly string[]
  /** Units that are enabled along with it. */
  readonly also: readonly string[]
  /** Units that start along with it. */
  readonly pulls: readonly string[]
  /** What must hold for it to start, as `ConditionACPower=true`. */
  readonly conditions: readonly string[]
  /** Directories that systemd makes for it. */
  readonly directories: readonly string[]
}

const PLACE =
  /^\/(?:usr\/lib|lib|etc|usr\/local\/lib)\/systemd\/system\/([^/]+\.(?:service|socket|timer|path|target|mount|slice|automount|swap))$/

/** The unit that a file is of, by its place; undefined for other files. */
export const unitOfPath = (at: string): string | undefined => PLACE.exec(at)?.[1]

/** Reads a unit file. */
export const readUnitFile = (at: string, text: string): UnitFile => {
  const values = settingsIn(text)
  const all = (name: string): string[] =>
    (values.get(name) ?? []).flatMap(value => value.split(/\s+/)).filter(word => word !== '')
  const last = (name: string): string | undefined => values.get(name)?.at(-1)
  return {
    name: unitOfPath(at) ?? '',
    at,
    description: last('Unit.Description') ?? '',
    type: typeOf(last('Service.Type'), last('Service.BusName'), last('Service.ExecStart')),
    remains: /^(?:yes|true|on|1)$/i.test(last('Service.RemainAfterExit') ?? ''),
    canReload:
      (last('Service.ExecReload') ?? '') !== '' ||
      /^notify-reload$/.test(last('Service.Type') ?? ''),
    canBeEnabled: ['WantedBy', 'RequiredBy', 'UpheldBy', 'Also', 'Alias'].some(
      name => all(`Install.${name}`).length > 0,
    ),
    aliases: all('Install.Alias'),
    also: all('Install.Also'),
    pulls: ['Wants', 'Requires', 'BindsTo', 'Requisite', 'Upholds', 'Sockets'].flatMap(name => [
      ...all(`Unit.${name}`),
      ...all(`Service.${name}`),
    ]),
    conditions: [...values].flatMap(([name, given]) =>
      /^Unit\.(?:Condition|Assert)/.test(name)
        ? given.map(value => `${name.slice('Unit.'.length)}=${value}`)
        : [],
    ),
    directories: DIRECTORIES.flatMap(([name, place]) =>
      all(`Service.${name}`).map(directory => `${place}/${directory.split(':')[0] ?? ''}`),
    ),
  }
}

const DIRECTORIES = [
  ['RuntimeDirectory', '/run'],
  ['StateDirectory', '/var/lib'],
  ['CacheDirectory', '/var/cache'],
  ['LogsDirectory', '/var/log'],
] as const

const typeOf = (
  type: string | undefined,
  bus: string | undefined,
  start: string | undefined,
): string => {
  if (type !== undefined) return type
  if (start === undefined) return 'oneshot'
  return bus === undefined ? 'simple' : 'dbus'
}

/** Values by section and name; an empty one takes back those before it. */
const settingsIn = (text: string): Map<string, string[]> => {
  const values = new Map<string, string[]>()
  let section = ''
  for (const line of text.replaceAll(/\\\n/g, ' ').split('\n')) {
    const [, named] = /^\[(\w+)\]\s*$/.exec(line) ?? []
    if (named !== undefined) section = named
    const [, name, value = ''] = /^([A-Za-z]\w*)\s*=\s*(.*?)\s*$/.exec(line) ?? []
    if (name === undefined) continue
    const key = `${section}.${name}`
    values.set(key, value === '' ? [] : [...(values.get(key) ?? []), value])
  }
  return values
}
