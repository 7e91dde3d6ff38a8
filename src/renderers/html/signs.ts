import { markup } from './markup.js'

/** The signs that the page uses again and again, each of a shape of its own, and the hatching of what no log tells. */
export const SIGNS = markup`<svg class="hidden" aria-hidden="true">
  <defs>
    <symbol id="sign-ok" viewBox="0 0 24 24">
      <circle cx="12" cy="12" r="11" fill="currentColor" />
      <path class="hole" d="M6.8 12.4l3.6 3.7 6.9-7.8" />
    </symbol>
    <symbol id="sign-degraded" viewBox="0 0 24 24">
      <path d="M12 1.6 23.2 22H.8z" fill="currentColor" stroke="currentColor" stroke-linejoin="round" />
      <path class="hole" d="M12 9v6M12 18.2v.3" />
    </symbol>
    <symbol id="sign-broken" viewBox="0 0 24 24">
      <path d="M7.4 1h9.2L23 7.4v9.2L16.6 23H7.4L1 16.6V7.4z" fill="currentColor" />
      <path class="hole" d="M8 8l8 8M16 8l-8 8" />
    </symbol>
    <symbol id="sign-unknown" viewBox="0 0 24 24">
      <circle class="open" cx="12" cy="12" r="10.2" />
      <path class="ink" d="M9 9.4a3 3 0 1 1 4.5 2.6c-1 .6-1.5 1.1-1.5 2.2M12 17.6v.2" />
    </symbol>
    <symbol id="sign-info" viewBox="0 0 24 24">
      <circle class="plain" cx="12" cy="12" r="10.2" />
      <path class="ink" d="M12 11v6M12 7.2v.2" />
    </symbol>
    <symbol id="sign-copy" viewBox="0 0 24 24"><path class="ink" d="M8.5 8.5h11v12h-11zM5 15.5H4v-12h11v1" /></symbol>
<pattern id="hatch" width="7" height="7" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
      <path class="hatch" d="M0 0v7" />
    </pattern>
  </defs>
</svg>`
