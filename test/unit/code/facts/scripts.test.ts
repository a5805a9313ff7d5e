import assert from 'node:assert/strict';
import { join } from 'node:path';
import { programOf } from '../../../../src/code/facts/javascript/scripts';
import { QuerySiteFinder } from '../../../../src/code/find-query-sites';
import { SqlParser } from '../../../../src/sql/parser';
import { wholePaths } from '../../../support/whole-paths';
import { factsOf, written } from './written-facts';

const grammarFolder = join(import.meta.dirname, '../../../../node_modules/@vscode/tree-sitter-wasm/wasm');

const vue = `<template>
  <ul @click="a > b"><li v-for="post in posts" :key="post.id">{{ post.title }}</li></ul>
</template>
<!-- <script>commented()</script> -->
<script lang="ts">
export const limit: number = 10;
</script>
<script setup lang="ts" generic="T extends Map<string, string>">
import { Post } from './post';
const posts = await Post.findAll({ limit }) as Post[];
</script>
<style>a { b: c }</style>
`;

describe('The scripts of components', () => {
  it('are read with the offsets of the file', async () => {
    const facts = await factsOf(vue, 'posts.vue');
    const use = facts.functions[0]?.uses[0];
    assert.ok(use);
    assert.equal(written(use.chain), 'Post.findAll({ limit: 10 })');
    assert.equal(vue.slice(use.chain.range.start, use.chain.range.end), 'Post.findAll({ limit })');
    assert.deepEqual(
      facts.exports.map(({ name }) => name),
      ['limit'],
    );
    assert.equal(facts.languageId, 'vue');
  });

  it('of Svelte may stand beside one of the module', async () => {
    const svelte = `<script context="module">export async function load() { return db.all(); }</script>\n{#each posts as post}<p>{post.title}</p>{/each}\n<script>export let posts; const n = count();</script>`;
    const facts = await factsOf(svelte, 'posts.svelte');
    assert.deepEqual(
      facts.functions.flatMap(({ uses }) => uses.map(({ chain }) => written(chain))),
      ['count()', 'db.all()'],
    );
  });

  it('may be half typed or none at all', async () => {
    assert.equal((await factsOf('<script>const a = find({', 'a.vue')).functions.length, 1);
    assert.deepEqual((await factsOf('<template><p>it’s</p></template>', 'a.vue')).functions.length, 1);
  });

  it('have the language that they say', () => {
    const languageOf = (text: string) => programOf({ uri: 'a.vue', languageId: 'vue', text }).languageId;
    assert.equal(languageOf('<script>a</script>'), 'javascript');
    assert.equal(languageOf("<script lang='ts'>a</script>"), 'typescript');
    assert.equal(languageOf('<script lang=tsx setup>a</script>'), 'typescriptreact');
    assert.equal(languageOf('<script lang="jsx">a</script>'), 'javascriptreact');
  });

  it('are where SQL in texts is found too', async () => {
    const finder = await QuerySiteFinder.load({ parser: await SqlParser.load(), grammarFolder, roles: wholePaths });
    const text = `<template><p>SELECT 1</p></template>\n<script setup lang="ts">\nconst { rows } = await pool.query('SELECT id FROM posts WHERE id = $1', [id]);\n</script>`;
    const [site, ...others] = finder.find({ uri: 'posts.vue', languageId: 'vue', text });
    assert.ok(site);
    assert.equal(text.slice(site.range.start, site.range.end), 'SELECT id FROM posts WHERE id = $1');
    assert.deepEqual(others, []);
  });

  it('are not looked for in other files', () => {
    const document = { uri: 'a.ts', languageId: 'typescript', text: 'const html = "<script>a</script>";' };
    assert.equal(programOf(document), document);
  });
});
