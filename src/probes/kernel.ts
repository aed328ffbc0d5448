import { absent, answer, probeOf, unanswered, type ProbeKind } from '../core/probe.ts'
import { constant, lines, sh } from '../core/shell.ts'
import { readFrames } from './frame.ts'

/** A parameter of the running kernel. */
export interface KernelParameter {
  /** Blanks between several values are single. */
  readonly value: string
  /** False where /proc/sys cannot be written, as in most containers. */
  readonly writable: boolean
}

/**
 * The path below /proc/sys, by the rule of sysctl(8): of dot and slash the first to stand there
 * separates, and the other stands for a dot in a name, as in `net.ipv4.conf.eth0/100.forwarding`.
 */
export const parameterPath = (name: string): string =>
  /^[^./]*\./.test(name) ? name.replaceAll(/[./]/g, sign => (sign === '.' ? '/' : '.')) : name

const LIBRARY = constant(`
parameter() {
  at=/proc/sys/$1
  [ -e "$at" ] || { printf 'none\\0\\0\\0'; return; }
  value=$(cat "$at" 2>&1) || { printf 'error\\0\\0%s\\0' "$value"; return; }
  if [ -w "$at" ]; then printf 'there\\0yes\\0%s\\0' "$value"; else printf 'there\\0no\\0%s\\0' "$value"; fi
}`)

const kind: ProbeKind<string, KernelParameter> = {
  name: 'sysctl',
  ask: names => lines(LIBRARY, ...names.map(name => sh`parameter ${parameterPath(name)}`)),
  read: (output, names) =>
    readFrames(output, names, frame => {
      const [tag, writable, value] = [frame.text(), frame.text(), frame.text()]
      if (tag === 'none') return [absent]
      if (tag === 'error') return [unanswered(value)]
      return [answer({ value: singleBlanks(value), writable: writable === 'yes' })]
    }),
  dependsOn: name => [{ realm: 'kernel', name }],
}

/** A parameter of the running kernel by its name, such as `net.ipv4.ip_forward`. */
export const kernelParameter = probeOf(kind)

/** A value as it compares: the kernel prints tabs between several. */
export const singleBlanks = (value: string): string => value.trim().replaceAll(/\s+/g, ' ')

/** Tells one boot from another. */
export const boot = () => probeOf(bootKind)(null)

const bootKind: ProbeKind<null, string> = {
  name: 'boot',
  // A container keeps the kernel's identity when it reboots, but its first process is a new one.
  ask: () =>
    constant(
      `read -r id </proc/sys/kernel/random/boot_id && read -r first </proc/1/stat || exit 3
set -- $(printf '%s' "$first" | sed 's/^.*) //'); shift 19; printf '%s\\0' "$id $1"`,
    ),
  read: (output, questions) => readFrames(output, questions, frame => [answer(frame.text())]),
  dependsOn: () => [{ realm: 'kernel', name: 'boot' }],
}

/** The host's name as the kernel has it. */
export const liveHostname = () => probeOf(hostnameKind)(null)

const hostnameKind: ProbeKind<null, string> = {
  name: 'hostname',
  ask: () => constant(`name=$(cat /proc/sys/kernel/hostname) || exit 3; printf '%s\\0' "$name"`),
  read: (output, questions) => readFrames(output, questions, frame => [answer(frame.text())]),
  dependsOn: () => [{ realm: 'kernel', name: 'kernel.hostname' }],
}
