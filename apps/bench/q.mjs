import { createClient } from 'redis';
import { Redis } from 'ioredis';
import { RedisStore } from '@holdfast/core';
import { fromNodeRedis } from '@holdfast/node-redis';
import { RedisStore as CR } from 'connect-redis-10';
const port=process.argv[2]; const only=process.argv[3];
const mk=async()=>createClient({url:'redis://127.0.0.1:'+port}).on('error',()=>{}).connect();
const [a,b,c]=[await mk(),await mk(),await mk()];
const h=new RedisStore({client:fromNodeRedis(a)}); const cr=new CR({client:b});
const bare=c.withCommandOptions({timeout:undefined});
const size=+process.argv[4]||200;
const sess=()=>({cookie:{originalMaxAge:86400000,expires:new Date(Date.now()+86400000),httpOnly:true,path:'/'},pad:'x'.repeat(size-120),visits:1});
const ids=Array.from({length:64},(_,i)=>'abcdefghijklmnopqrstuvwxyz'+i);
for(const id of ids) await h.set(id,sess());
const p=(s,m,...args)=>new Promise((res,rej)=>s[m](...args,(e,v)=>e?rej(e):res(v)));
const loaded=new Map();
const ops={
 get:{H:id=>p(h,'get',id),C:id=>p(cr,'get',id),B:async id=>JSON.parse(await bare.get('sess:'+id))},
 touch:{H:async id=>{const s=await p(h,'get',id); s.cookie.expires=new Date(Date.now()+86400000); await p(h,'touch',id,s)},C:async id=>{const s=await p(cr,'get',id); s.cookie.expires=new Date(Date.now()+86400000); await p(cr,'touch',id,s)}},
 set:{H:async id=>{let s=loaded.get('H'+id); if(!s){s=await p(h,'get',id);loaded.set('H'+id,s)} s.visits++; await p(h,'set',id,s)},C:async id=>{let s=loaded.get('C'+id); if(!s){s=await p(cr,'get',id);loaded.set('C'+id,s)} s.visits++; await p(cr,'set',id,s)},B:async id=>{let s=loaded.get('B'+id); if(!s){s=sess();loaded.set('B'+id,s)} s.visits++; await bare.set('sess:'+id,JSON.stringify(s),{PX:86400000})}},
};
async function rate(f,ms){const end=performance.now()+ms; let n=0; const st=performance.now(); await Promise.all(ids.map(async id=>{while(performance.now()<end){await f(id);n++}})); return n*1000/(performance.now()-st)}
if(only){ const [op,who]=only.split(':'); console.log(Math.round(await rate(ops[op][who],6000))); process.exit() }
const med=x=>x.sort((a,b)=>a-b)[Math.floor(x.length/2)];
for(const [op,subj] of Object.entries(ops)){ const r={}; for(const k in subj) r[k]=[]; 
 // same-key sets would conflict between subjects: reset
 for(let i=0;i<8;i++) for(const k of i%2?Object.keys(subj):Object.keys(subj).reverse()){ if(op==='set'){for(const id of ids) await h.set(id,sess()); loaded.clear();} const v=await rate(subj[k],300); if(i) r[k].push(v)}
 const m=Object.fromEntries(Object.entries(r).map(([k,v])=>[k,Math.round(med(v))])); console.log(op,m,'H/C',(m.H/m.C).toFixed(2),m.B?'H/B '+(m.H/m.B).toFixed(2):'');}
process.exit();
