/** Kinds of secrets that give access while they are whole. */
export type SecretKind = 'bearer token' | 'shared access signature' | 'access key' | 'private key' | 'password'

/** What is put in a secret's place. The patterns below take it for no secret. */
export const MASK = 'REDACTED'

export interface SecretPattern {
  readonly kind: SecretKind
  /** Bytes found at the speed of memory, best with a rare first one and few; the pattern is tried only around them. */
  readonly needle: string
  /** Sticky: tried at the needle, after what `before` accepts. */
  readonly pattern: RegExp
  /** What must end right before the needle; its match belongs to the secret. */
  readonly before: RegExp
  /** Text that `before` must hold, looked for first: it is cheaper than a pattern where the needle is frequent. */
  readonly holds?: string
  /** Whole ones count as secrets in clear. The others are remains that only redaction takes away. */
  readonly whole: boolean
  /** The part of the whole match that is the secret. */
  readonly secret: RegExp
}

/** A value that somebody has taken out already, or a variable. */
const VALUE = String.raw`(?!["']?(?:\*+|x+|\$\S*|<[^>]*>|\[[^\]]*\]|redacted|removed|hidden|masked)(?!\w))`

/** A program that was ended has a number or a name there. */
const SIGNATURE = String.raw`(?!(?:\d{1,2}|SIG[A-Z]{2,6})(?![\w%+/=-]))[^\s&"'<>\\,;]+`

/** What the lines of a key are made of where it is one line: base64, and line breaks in every spelling. */
const LINES = String.raw`[A-Za-z0-9+/=]|\\+(?:[nr]|u000[ad]|x0[ad]|01[25])|#01[25]|&#(?:1[03]|x[ad]);|%0[ad]|%2[bf]|%3d|\\*["'],\s{0,2}\\*["'](?=[A-Za-z0-9+/]{4})`

/** A key as its bytes begin, whatever became of the line above. */
function beginning(needle: string, before: RegExp): SecretPattern {
  const pattern = new RegExp(`${needle.replaceAll('+', '\\+')}(?:${LINES})*`, 'iy')
  return { kind: 'private key', needle, pattern, before, whole: false, secret: /^.*$/s }
}

/** Tokens that their provider begins or marks so that they can be found. */
function marked(needle: string, pattern: RegExp, before = /(?<![\w-])$/): SecretPattern {
  return { kind: 'access key', needle, pattern, before, whole: false, secret: /^.*$/s }
}

const MARKED: readonly SecretPattern[] = [
  ...['ghp_', 'gho_', 'ghu_', 'ghs_', 'ghr_'].map((needle) => marked(needle, /gh[pousr]_[A-Za-z0-9]{36,255}/y)),
  marked('github_pat_', /github_pat_[A-Za-z0-9_]{40,255}/y),
  marked('glpat-', /glpat-[\w-]{20,100}/y),
  marked('npm_', /npm_[A-Za-z0-9]{36}(?!\w)/y),
  marked('xox', /xox[abeoprs]-[\w-]*\d{6}[\w-]{10,250}/y),
  marked('AIza', /AIza[\w-]{35}(?![\w-])/y),
  marked('sk_live_', /sk_live_[A-Za-z0-9]{16,250}/y),
  // Client secrets of applications, and keys of services.
  marked('Q~', /Q~[\w~.-]{31,34}(?![\w~.-])/y, /(?<![\w~.-])[\w~.-]{3}\d$/),
  marked('AzFu', /AzFu[\w-]{5}[AQgw]==/y, /(?<![\w-])[\w-]{44}$/),
  marked('AzSe', /AzSe[A-D][A-Za-z0-9]{5}(?!\w)/y, /(?<!\w)[A-Za-z0-9]{42}$/),
  marked('JQQJ9', /JQQJ9[9D][A-Za-z0-9]{20,30}(?!\w)/y, /(?<!\w)[A-Za-z0-9]{52}$/),
  // Of a function, in its address.
  ...['?code=', '&code=', 'code%3D', 'code%3d'].map((needle): SecretPattern => ({
    ...marked(
      needle,
      /[?&]?code(?:=|%3d)(?:[\w+/~.-]|%(?!26)[\da-f]{2}){40,}=*/iy,
      needle.startsWith('c') ? /(?:%26|%3f)$/i : /$/,
    ),
    secret: /(?<=code(?:=|%3d)).*$/is,
  })),
]

/** Secrets by their form, wherever they stand. */
export const SECRET_PATTERNS: readonly SecretPattern[] = [
  {
    kind: 'bearer token',
    needle: '.eyJ',
    pattern: /\.eyJ[\w-]{8,}\.[\w-]{8,}/y,
    before: /(?<![\w.-])eyJ[\w-]{8,480}$/,
    whole: true,
    secret: /^.*$/s,
  },
  {
    // Also behind an escaped character, whose last letter looks like part of the word, and when it is cut.
    kind: 'bearer token',
    needle: 'eyJ',
    pattern: /eyJ[\w-]+(?:\.[\w-]*)*/y,
    before: /(?<![\w+/=-])$|\\[bfnrt]$|\\u[0-9a-f]{4}$|%[0-9a-f]{2}$/i,
    whole: false,
    secret: /eyJ.*$/s,
  },
  {
    kind: 'bearer token',
    needle: '.eyJ',
    pattern: /\.eyJ[\w-]{4,}\.[\w-]{4,}/y,
    before: /eyJ[\w-]{4,480}$/,
    whole: false,
    secret: /^.*$/s,
  },
  {
    kind: 'bearer token',
    needle: 'earer ',
    pattern: /earer (?!eyJ)[\w.~+/-]{40,}=*/y,
    before: /\b[bB]$/,
    whole: true,
    secret: /(?<= )\S+$/,
  },
  {
    kind: 'bearer token',
    needle: 'earer',
    pattern: /earer(?: |%20|\+)(?:%20|\+| )*(?!eyJ)[\w.~+/-]{16,}=*/y,
    before: /[bB]$/,
    whole: false,
    secret: /(?<=earer(?: |%20|\+))\S+$/,
  },
  {
    kind: 'password',
    needle: 'asic ',
    pattern: /asic [A-Za-z0-9+/]{8,}={0,2}/y,
    before: /uthorization["'\\]*\s{0,3}[:=]\s{0,3}["'\\]*[bB]$/,
    whole: false,
    secret: /(?<=asic )\S+$/,
  },
  {
    kind: 'password',
    needle: 'uthorization',
    pattern:
      /uthorization["'\\]*\s{0,3}[:=]\s{0,3}["'\\]*(?:SharedKey(?:Lite)?|NTLM|Negotiate|Digest|ApiKey) [^\r\n'\\]+/iy,
    before: /[aA]$/,
    whole: false,
    secret: /(?<=(?:SharedKey|Lite|NTLM|Negotiate|Digest|ApiKey) ).*$/is,
  },
  {
    kind: 'password',
    needle: 'ookie',
    pattern: /ookie["'\\]*\s{0,3}:\s{0,3}["'\\]*[\w.-]{1,80}=[^\r\n"'\\]+/y,
    before: /[cC]$/,
    whole: false,
    secret: /(?<=:\s{0,3}["'\\]*)[^\s"'\\].*$/s,
  },
  {
    kind: 'password',
    needle: 'pass:',
    pattern: /pass:[^\s"'\\]+/y,
    before: /\s-(?:pass|passin|passout|k)\s{1,3}["'\\]*$/,
    whole: false,
    secret: /(?<=pass:).*$/s,
  },
  {
    // What stands for a password in a list of accounts.
    kind: 'password',
    needle: ':$',
    pattern: /:\$(?:1|2[abxy]?|5|6|7|g?y|apr1)\$[^\s:"']{8,}/y,
    before: /$/,
    whole: false,
    secret: /(?<=:).*$/s,
  },
  {
    kind: 'shared access signature',
    needle: 'sig=',
    pattern: /sig=[\w%+/-]{16,}=*/y,
    before: /(?:[?&]|&amp;|\\u0026)$/,
    whole: true,
    secret: /(?<=sig=).*$/s,
  },
  {
    kind: 'shared access signature',
    needle: 'sig%3',
    pattern: /sig%3[dD][\w%+/-]{16,}=*/y,
    before: /(?:[?&]|%26|%3[fF])$/,
    whole: true,
    secret: /(?<=sig%3d).*?(?=%26|$)/is,
  },
  {
    kind: 'shared access signature',
    needle: 'sig=',
    pattern: new RegExp(`sig=${SIGNATURE}`, 'y'),
    before: /(?<![A-Za-z])$|%26$|%3f$|\\u0026$/i,
    whole: false,
    secret: /(?<=sig=).*$/s,
  },
  ...['Sig=', 'SIG='].map((needle): SecretPattern => ({
    kind: 'shared access signature',
    needle,
    pattern: new RegExp(`sig=${SIGNATURE}`, 'iy'),
    before: /(?<![A-Za-z])$|%26$|%3f$|\\u0026$/i,
    whole: false,
    secret: /(?<=sig=).*$/is,
  })),
  {
    kind: 'shared access signature',
    needle: 'sig\\',
    pattern: /sig\\+(?:u003|x3)d[^\s&"'<>\\,;]+/iy,
    before: /$/,
    whole: false,
    secret: /(?<=3d).*$/is,
  },
  {
    kind: 'shared access signature',
    needle: 'sig%',
    pattern: /sig(%(?:25)*)3d(?:(?!\1(?:26|22))[^\s&"'<>\\,;])+/iy,
    before: /$/,
    whole: false,
    secret: /(?<=sig%(?:25)*3d).*$/is,
  },
  {
    kind: 'access key',
    needle: 'Key=',
    pattern: /Key=[A-Za-z0-9+/]{20,}={0,2}/y,
    before: /\b(?:Account|SharedAccess|Shared|Primary|Secondary|Workspace)$/i,
    whole: true,
    secret: /(?<=Key=).*$/s,
  },
  {
    // A storage or workspace key is the base64 of 64 bytes; without a name beside it, so is many a checksum.
    kind: 'access key',
    needle: '==',
    pattern: /==(?![=\w+/])/y,
    before: /(?:key|secret)\w{0,20}["']?\s{0,4}:\s{0,4}["']?[A-Za-z0-9+/]{86}$/i,
    whole: true,
    secret: /[A-Za-z0-9+/]{86}==$/,
  },
  {
    kind: 'access key',
    needle: '==',
    pattern: /==(?![=\w+/])/y,
    before: /(?<![A-Za-z0-9+/])[A-Za-z0-9+/]{86}$/,
    whole: false,
    secret: /^.*$/s,
  },
  {
    kind: 'access key',
    needle: '%3',
    pattern: /%3d%3d(?![\w+/])/iy,
    before: /(?:[A-Za-z0-9]|%2[bBfF]){60,120}$/,
    whole: false,
    secret: /^.*$/s,
  },
  {
    kind: 'private key',
    needle: 'KEY-----',
    pattern: /KEY-----(?:[A-Za-z0-9+/=\s]|\\[nr]){64,12000}-----END /y,
    before: /-----BEGIN [A-Z ]{0,40}PRIVATE $/,
    whole: true,
    secret: /(?<=KEY-----)[^-]*(?=-----END )/s,
  },
  {
    // Whatever its end: a log may have cut it. What stands on lines of its own is taken line by line.
    kind: 'private key',
    needle: 'KEY-----',
    pattern: new RegExp(`KEY-----(?:${LINES}|[,: ]|-(?!----))+`, 'iy'),
    before: /-----BEGIN[A-Z +%20]{0,60}PRIVATE(?: |\+|%20)$/,
    whole: false,
    secret: /(?<=KEY-----).*$/s,
  },
  {
    kind: 'private key',
    needle: 'Private-Lines:',
    pattern: new RegExp(String.raw`Private-Lines: \d+(?:${LINES})+`, 'iy'),
    before: /$/,
    whole: false,
    secret: /(?<=: \d+)\D.*$/s,
  },
  beginning('b3BlbnNzaC1rZXktdjEA', /$/),
  beginning('IBAAKC', /MII[A-Za-z0-9+/]{3}$/),
  beginning('IBADANBgkqhkiG9w0BAQEFAASC', /MII[A-Za-z0-9+/]{3}$/),
  beginning('AgEAMBMGByqGSM49AgEG', /MIG[A-Z]$/),
  beginning('MHcCAQEEI', /(?<![A-Za-z0-9+/])$/),
  beginning('MC4CAQAwBQYDK2VwBCIEI', /$/),
  {
    kind: 'password',
    needle: 'WORD=',
    pattern: new RegExp(String.raw`WORD=${VALUE}["']?[^\s"']{3,}`, 'iy'),
    before: /(?<!\w)(?:[A-Z][A-Z_]{0,60}_)?PASS$/,
    whole: true,
    secret: /(?<=WORD=["']?)[^"']+$/i,
  },
  {
    kind: 'password',
    needle: '@',
    pattern: /@[\w.[-]/y,
    holds: '://',
    before: new RegExp(String.raw`[a-z][a-z0-9+.-]{1,20}://[^/\s:@"'<>]{1,100}:${VALUE}[^/\s@"'<>]{1,100}$`, 'i'),
    whole: true,
    secret: /(?<=:\/\/).*(?=@)/s,
  },
  {
    // With signs that should have been encoded; behind a port there is a path.
    kind: 'password',
    needle: '@',
    pattern: /@[\w.[-]/y,
    holds: '://',
    before: /:\/\/[^/\s:@"'<>[]{1,100}:(?!\d{1,5}[/?#])[^\s@"'<>,;]{1,200}$/,
    whole: false,
    secret: /(?<=:\/\/).*(?=@)/s,
  },
  {
    // With a user alone, too, and where the slashes are escaped.
    kind: 'password',
    needle: '@',
    pattern: /@[\w.[%-]/y,
    holds: '/',
    before: /:(?:\\*\/){2}[^/\\\s"'<>]{1,400}$/,
    whole: false,
    secret: /(?<=:(?:\\*\/){2}).*(?=@)/s,
  },
  {
    kind: 'password',
    needle: '%40',
    pattern: /%40[\w.[%-]/y,
    before: /%3a%2f%2f(?:(?!%2f)[^/\s"'<>&?]){1,400}$/i,
    whole: false,
    secret: /(?<=%3a%2f%2f).*(?=%40)/is,
  },
  ...MARKED,
]

const joined = (owners: string, what: readonly string[]): string[] =>
  owners.split(' ').flatMap((owner) => ['', '-', '_'].flatMap((dash) => what.map((word) => owner + dash + word)))

/**
 * Names behind which a secret stands, in any case, as the end of a key: `MDSD_PROXY_PASSWORD=…`, `"accessToken": "…"`,
 * `client_secret: …`. `tokenEndpointUri` and its like end in something else.
 */
export const SECRET_NAMES: readonly string[] = [
  ...['password', 'passwd', 'passphrase', 'pwd', 'storepass', 'keypass', 'protectedsettings'],
  ...['secret', 'secretvalue', 'secret_value'],
  ...joined('proxy', ['user', 'username']),
  ...joined('access refresh id sas auth bearer client api security session', ['token']),
  ...joined(
    'account access shared workspace primary secondary storage functions api client private encryption master secret subscription',
    ['key', 'key1', 'key2'],
  ),
  ...joined('connection', ['string']),
]

/** Names of JSON members that hold a customer's own data or an encrypted lot, in any case: whatever they hold goes. */
export const SEALED_MEMBERS: readonly string[] =
  'contents protectedsettings customdata userdata publickeys keydata x509'.split(' ')
