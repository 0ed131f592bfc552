import { z } from 'zod';

// The content security policy allows no code from strings. zod decides whether to compile its parsers when a schema is made,
// so this must be the first import of `main.tsx`.
z.config({ jitless: true });
