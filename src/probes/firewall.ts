import { absent, answer, path, probeOf, type ProbeKind } from '../core/probe.ts'
import { constant, lines, sh } from '../core/shell.ts'
import { readFrames } from './frame.ts'

/** The live rules beside those that a file would make, both as nft lists them. */
export type Firewall =
  | { readonly kind: 'read'; readonly live: string; readonly wanted: string }
  | {
      /** nft refuses the file, and says why. */
      readonly kind: 'refused'
      readonly message: string
    }
  | {
      /** An earlier task of a dry run would have brought nft, which nobody can ask yet. */
      readonly kind: 'to come'
      /** Whether the live rules are those of the file. */
      readonly loaded: boolean
    }

/*
 * The wanted rules are loaded into a network of their own, which is gone with the process: only so
 * can they be compared with the live ones, in nft's own words. Where they name an interface by its
 * index (`iif`), stand-ins of that name are made there (not every kernel has all kinds).
 */
const LIBRARY = constant(`
command -v nft >/dev/null || { printf 'missing\\0'; exit 0; }
live=$(nft -s list ruleset) || exit 3
elsewhere='
rules=$1; names=$2
load() { printf "%s\\n" "$rules" | nft -f - 2>&1; }
if ! said=$(load); then
  for name in $names; do
    for kind in dummy bridge veth; do ip link add "$name" type $kind 2>/dev/null && break; done
  done
  said=$(load) || { printf "%s\\n" "$said"; exit 7; }
fi
nft -s list ruleset'
names=$(ls /sys/class/net)
compare() {
  wanted=$(unshare -n sh -c "$elsewhere" sh "$1" "$names" 2>&1); code=$?
  case $code in 0|7) ;; *) printf '%s\\n' "$wanted" >&2; exit 3;; esac
  printf '%s\\0%s\\0%s\\0' $code "$live" "$wanted"
}`)

const REFUSED = 7

const kind: ProbeKind<string, Firewall> = {
  name: 'firewall',
  ask: files => lines(LIBRARY, ...files.map(rules => sh`compare ${rules}`)),
  read(output, files) {
    if (output.code === 0 && output.stdout.toString('latin1') === 'missing\0')
      return files.map(() => absent)
    return readFrames(output, files, frame => {
      const code = frame.number()
      const [live, wanted] = [frame.text(), frame.text()]
      return [
        answer(
          code === REFUSED
            ? { kind: 'refused', message: wanted.trim() }
            : { kind: 'read', live: settled(live), wanted: settled(wanted) },
        ),
      ]
    })
  },
  dependsOn: () => [
    { realm: 'firewall', name: '*' },
    { realm: 'package', name: 'nftables' },
    path('/usr/sbin/nft'),
    path('/etc/nftables.d'),
  ],
}

/** The live rules beside those of a file with this content; absent where there is no nft. */
export const firewall = probeOf(kind)

const SET = /^\t(?:set|map) .*\{$[\s\S]*?^\t\}$/gm
const FILLED_BY_TRAFFIC = /^\t\t(?:flags .*\b(?:dynamic|timeout)\b|timeout )/m
const ELEMENTS = /^\t\telements = \{[^}]*\}\n/m

// What traffic puts into a set is no drift, and comments are nft's own remarks.
const settled = (listing: string): string =>
  listing
    .replaceAll(/^#.*\n?|\t# count \d+$/gm, '')
    .replaceAll(SET, set => (FILLED_BY_TRAFFIC.test(set) ? set.replace(ELEMENTS, '') : set))
    .trim()
