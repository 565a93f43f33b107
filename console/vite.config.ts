import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

/** The daemon serves dist/console under `/`; while developing, `VIADUCT_API` names a daemon's address to relay to. */
export default defineConfig({
  root: import.meta.dirname,
  base: './',
  plugins: [react()],
  build: { outDir: '../dist/console', emptyOutDir: true, target: 'es2022', assetsInlineLimit: 0, chunkSizeWarningLimit: 700 },
  server: { proxy: { '/api': process.env['VIADUCT_API'] ?? 'http://127.0.0.1:8420' } },
});
