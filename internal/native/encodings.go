package native

// Sets of flags that many instructions share.
const (
	ps = m0F | v0 | e0 | bcast | mask
	pd = m0F | p66 | v0 | e1 | bcast | mask

	ss = m0F | pF3 | v0 | e0 | lane | only128 | mask
	sd = m0F | pF2 | v0 | e1 | lane | only128 | mask

	// Integers: the VEX form has W = 0 for both lengths of lanes.
	pD   = m0F | p66 | v0 | e0 | bcast | mask
	pQ   = m0F | p66 | v0 | e1 | bcast | mask
	pD38 = m0F38 | p66 | v0 | e0 | bcast | mask

	// Fused multiply-add: W tells the precision in both encodings.
	fma32 = m0F38 | p66 | v0 | e0 | bcast | mask | three
	fma64 = m0F38 | p66 | v1 | e1 | bcast | mask | three

	// AVX-512 only, AVX2 only.
	e38s, e38d = m0F38 | p66 | e0 | bcast | mask, m0F38 | p66 | e1 | bcast | mask
	e3As, e3Ad = m0F3A | p66 | e0 | bcast | mask, m0F3A | p66 | e1 | bcast | mask
	v0F, v38   = m0F | p66 | v0, m0F38 | p66 | v0
	v3A        = m0F3A | p66 | v0

	// One or two lanes between a vector register and memory or a general register.
	narrow = only128
)

// encodings is the table of all vector instructions. VEX exists where v0 or v1 is among the flags, EVEX where e0 or e1 is.
var encodings = [ops]struct {
	name string
	form form
}{
	ADDPS: {"ADDPS", 0x58 | ps | three}, ADDPD: {"ADDPD", 0x58 | pd | three},
	SUBPS: {"SUBPS", 0x5c | ps | three}, SUBPD: {"SUBPD", 0x5c | pd | three},
	MULPS: {"MULPS", 0x59 | ps | three}, MULPD: {"MULPD", 0x59 | pd | three},
	DIVPS: {"DIVPS", 0x5e | ps | three}, DIVPD: {"DIVPD", 0x5e | pd | three},
	MINPS: {"MINPS", 0x5d | ps | three}, MINPD: {"MINPD", 0x5d | pd | three},
	MAXPS: {"MAXPS", 0x5f | ps | three}, MAXPD: {"MAXPD", 0x5f | pd | three},
	SQRTPS: {"SQRTPS", 0x51 | ps}, SQRTPD: {"SQRTPD", 0x51 | pd},
	ANDPS: {"ANDPS", 0x54 | ps | three}, ANDPD: {"ANDPD", 0x54 | pd | three},
	ANDNPS: {"ANDNPS", 0x55 | ps | three}, ANDNPD: {"ANDNPD", 0x55 | pd | three},
	ORPS: {"ORPS", 0x56 | ps | three}, ORPD: {"ORPD", 0x56 | pd | three},
	XORPS: {"XORPS", 0x57 | ps | three}, XORPD: {"XORPD", 0x57 | pd | three},
	CMPPS: {"CMPPS", 0xc2 | ps | three | imm | toMask}, CMPPD: {"CMPPD", 0xc2 | pd | three | imm | toMask},

	ADDSS: {"ADDSS", 0x58 | ss | three}, ADDSD: {"ADDSD", 0x58 | sd | three},
	SUBSS: {"SUBSS", 0x5c | ss | three}, SUBSD: {"SUBSD", 0x5c | sd | three},
	MULSS: {"MULSS", 0x59 | ss | three}, MULSD: {"MULSD", 0x59 | sd | three},
	DIVSS: {"DIVSS", 0x5e | ss | three}, DIVSD: {"DIVSD", 0x5e | sd | three},
	MINSS: {"MINSS", 0x5d | ss | three}, MINSD: {"MINSD", 0x5d | sd | three},
	MAXSS: {"MAXSS", 0x5f | ss | three}, MAXSD: {"MAXSD", 0x5f | sd | three},
	SQRTSS: {"SQRTSS", 0x51 | ss | three}, SQRTSD: {"SQRTSD", 0x51 | sd | three},
	UCOMISS: {"UCOMISS", 0x2e | m0F | v0 | e0 | lane | only128},
	UCOMISD: {"UCOMISD", 0x2e | m0F | p66 | v0 | e1 | lane | only128},

	FMADD213PS: {"FMADD213PS", 0xa8 | fma32}, FMADD213PD: {"FMADD213PD", 0xa8 | fma64},
	FMADD231PS: {"FMADD231PS", 0xb8 | fma32}, FMADD231PD: {"FMADD231PD", 0xb8 | fma64},
	FMSUB213PS: {"FMSUB213PS", 0xaa | fma32}, FMSUB213PD: {"FMSUB213PD", 0xaa | fma64},
	FMSUB231PS: {"FMSUB231PS", 0xba | fma32}, FMSUB231PD: {"FMSUB231PD", 0xba | fma64},
	FNMADD213PS: {"FNMADD213PS", 0xac | fma32}, FNMADD213PD: {"FNMADD213PD", 0xac | fma64},
	FNMADD231PS: {"FNMADD231PS", 0xbc | fma32}, FNMADD231PD: {"FNMADD231PD", 0xbc | fma64},
	ROUNDPS: {"ROUNDPS", 0x08 | v3A | imm}, ROUNDPD: {"ROUNDPD", 0x09 | v3A | imm},
	RNDSCALEPS: {"RNDSCALEPS", 0x08 | e3As | imm}, RNDSCALEPD: {"RNDSCALEPD", 0x09 | e3Ad | imm},
	GETEXPPS: {"GETEXPPS", 0x42 | e38s}, GETEXPPD: {"GETEXPPD", 0x42 | e38d},
	GETMANTPS: {"GETMANTPS", 0x26 | e3As | imm}, GETMANTPD: {"GETMANTPD", 0x26 | e3Ad | imm},
	SCALEFPS: {"SCALEFPS", 0x2c | e38s | three}, SCALEFPD: {"SCALEFPD", 0x2c | e38d | three},

	BLENDMPS: {"BLENDMPS", 0x65 | e38s | three}, BLENDMPD: {"BLENDMPD", 0x65 | e38d | three},
	BLENDVPS: {"BLENDVPS", 0x4a | v3A | three}, BLENDVPD: {"BLENDVPD", 0x4b | v3A | three},
	SHUFPS: {"SHUFPS", 0xc6 | ps | three | imm}, SHUFPD: {"SHUFPD", 0xc6 | pd | three | imm},
	UNPCKLPS: {"UNPCKLPS", 0x14 | ps | three}, UNPCKLPD: {"UNPCKLPD", 0x14 | pd | three},
	UNPCKHPS: {"UNPCKHPS", 0x15 | ps | three}, UNPCKHPD: {"UNPCKHPD", 0x15 | pd | three},
	PERMILPS: {"PERMILPS", 0x04 | e3As | v0 | imm}, PERMILPD: {"PERMILPD", 0x05 | e3Ad | v0 | imm},
	PERMPS: {"PERMPS", 0x16 | pD38 | three | over128}, PERMPD: {"PERMPD", 0x16 | e38d | three | over128},
	PERMQ: {"PERMQ", 0x00 | e3Ad | v1 | imm | over128}, PERMPDI: {"PERMPDI", 0x01 | e3Ad | v1 | imm | over128},
	PSHUFD: {"PSHUFD", 0x70 | pD | imm}, INSERTPS: {"INSERTPS", 0x21 | v3A | e0 | lane | three | imm | only128},
	PERM2F128:    {"PERM2F128", 0x06 | v3A | three | imm | only256},
	INSERTF128:   {"INSERTF128", 0x18 | v3A | three | imm | only256},
	EXTRACTF128:  {"EXTRACTF128", 0x19 | v3A | imm | store | only256},
	INSERTF32X4:  {"INSERTF32X4", 0x18 | m0F3A | p66 | e0 | mask | by16 | three | imm | over128},
	INSERTF64X4:  {"INSERTF64X4", 0x1a | m0F3A | p66 | e1 | mask | by32 | three | imm | only512},
	INSERTI32X4:  {"INSERTI32X4", 0x38 | m0F3A | p66 | e0 | mask | by16 | three | imm | over128},
	INSERTI64X4:  {"INSERTI64X4", 0x3a | m0F3A | p66 | e1 | mask | by32 | three | imm | only512},
	EXTRACTF32X4: {"EXTRACTF32X4", 0x19 | m0F3A | p66 | e0 | mask | by16 | store | imm | over128},
	EXTRACTF64X4: {"EXTRACTF64X4", 0x1b | m0F3A | p66 | e1 | mask | by32 | store | imm | only512},
	EXTRACTI32X4: {"EXTRACTI32X4", 0x39 | m0F3A | p66 | e0 | mask | by16 | store | imm | over128},
	EXTRACTI64X4: {"EXTRACTI64X4", 0x3b | m0F3A | p66 | e1 | mask | by32 | store | imm | only512},

	PADDD: {"PADDD", 0xfe | pD | three}, PADDQ: {"PADDQ", 0xd4 | pQ | three},
	PSUBD: {"PSUBD", 0xfa | pD | three}, PSUBQ: {"PSUBQ", 0xfb | pQ | three},
	PANDD: {"PANDD", 0xdb | pD | three}, PANDQ: {"PANDQ", 0xdb | pQ | three},
	PANDND: {"PANDND", 0xdf | pD | three}, PANDNQ: {"PANDNQ", 0xdf | pQ | three},
	PORD: {"PORD", 0xeb | pD | three}, PORQ: {"PORQ", 0xeb | pQ | three},
	PXORD: {"PXORD", 0xef | pD | three}, PXORQ: {"PXORQ", 0xef | pQ | three},
	PMULLD: {"PMULLD", 0x40 | pD38 | three}, PMULLQ: {"PMULLQ", 0x40 | e38d | three},
	PMULUDQ: {"PMULUDQ", 0xf4 | pQ | three},
	PMINSD:  {"PMINSD", 0x39 | pD38 | three}, PMAXSD: {"PMAXSD", 0x3d | pD38 | three},
	PSLLD: {"PSLLD", 0x72 | pD | shift | imm | vexReg}, PSLLQ: {"PSLLQ", 0x73 | pQ | shift | imm | vexReg},
	PSRLD: {"PSRLD", 0x72 | pD | shift | imm | vexReg}, PSRLQ: {"PSRLQ", 0x73 | pQ | shift | imm | vexReg},
	PSRAD: {"PSRAD", 0x72 | pD | shift | imm | vexReg},
	PSRAQ: {"PSRAQ", 0x72 | m0F | p66 | e1 | bcast | mask | shift | imm},
	PCMPD: {"PCMPD", 0x1f | e3As | three | imm | toMask}, PCMPQ: {"PCMPQ", 0x1f | e3Ad | three | imm | toMask},
	PCMPEQD: {"PCMPEQD", 0x76 | v0F | three}, PCMPEQQ: {"PCMPEQQ", 0x29 | v38 | three},
	PCMPGTD: {"PCMPGTD", 0x66 | v0F | three}, PCMPGTQ: {"PCMPGTQ", 0x37 | v38 | three},
	PMOVZXDQ: {"PMOVZXDQ", 0x35 | v38 | e0 | mask | half}, PMOVSXDQ: {"PMOVSXDQ", 0x25 | v38 | e0 | mask | half},
	PMOVQD: {"PMOVQD", 0x35 | m0F38 | pF3 | e0 | mask | half | store},

	CVTPS2PD: {"CVTPS2PD", 0x5a | ps | half}, CVTPD2PS: {"CVTPD2PS", 0x5a | pd},
	CVTPS2DQ: {"CVTPS2DQ", 0x5b | pD}, CVTPD2DQ: {"CVTPD2DQ", 0xe6 | m0F | pF2 | v0 | e1 | bcast | mask},
	CVTDQ2PS: {"CVTDQ2PS", 0x5b | ps}, CVTDQ2PD: {"CVTDQ2PD", 0xe6 | m0F | pF3 | v0 | e0 | bcast | mask | half},
	CVTQQ2PD: {"CVTQQ2PD", 0xe6 | m0F | pF3 | e1 | bcast | mask},
	CVTPD2QQ: {"CVTPD2QQ", 0x7b | m0F | p66 | e1 | bcast | mask},

	MOVAPS: {"MOVAPS", 0x28 | m0F | v0 | e0 | mask | fromReg}, MOVAPD: {"MOVAPD", 0x28 | v0F | e1 | mask | fromReg},
	MOVUPS: {"MOVUPS", 0x10 | m0F | v0 | e0 | mask}, MOVUPD: {"MOVUPD", 0x10 | v0F | e1 | mask},
	STOREUPS:  {"STOREUPS", 0x11 | m0F | v0 | e0 | mask | store | fromMem},
	STOREUPD:  {"STOREUPD", 0x11 | v0F | e1 | mask | store | fromMem},
	MASKMOVPS: {"MASKMOVPS", 0x2c | v38 | three | fromMem}, MASKMOVPD: {"MASKMOVPD", 0x2d | v38 | three | fromMem},
	STOREMASKMOVPS: {"STOREMASKMOVPS", 0x2e | v38 | three | fromMem | store},
	STOREMASKMOVPD: {"STOREMASKMOVPD", 0x2f | v38 | three | fromMem | store},
	MOVDQU32:       {"MOVDQU32", 0x6f | m0F | pF3 | v0 | e0 | mask},
	MOVDQU64:       {"MOVDQU64", 0x6f | m0F | pF3 | v0 | e1 | mask},
	STOREDQU32:     {"STOREDQU32", 0x7f | m0F | pF3 | v0 | e0 | mask | store | fromMem},
	STOREDQU64:     {"STOREDQU64", 0x7f | m0F | pF3 | v0 | e1 | mask | store | fromMem},
	BROADCASTSS:    {"BROADCASTSS", 0x18 | v38 | e0 | mask | lane},
	BROADCASTSD:    {"BROADCASTSD", 0x19 | v38 | e1 | mask | lane | over128},
	PBROADCASTD:    {"PBROADCASTD", 0x58 | v38 | e0 | mask | lane},
	PBROADCASTQ:    {"PBROADCASTQ", 0x59 | v38 | e1 | mask | lane},
	MOVSS:          {"MOVSS", 0x10 | ss | fromMem}, MOVSD: {"MOVSD", 0x10 | sd | fromMem},
	STORESS: {"STORESS", 0x11 | ss | fromMem | store}, STORESD: {"STORESD", 0x11 | sd | fromMem | store},
	MOVLPS: {"MOVLPS", 0x12 | m0F | v0 | e0 | by8 | narrow | three | fromMem},
	MOVLPD: {"MOVLPD", 0x12 | v0F | e1 | by8 | narrow | three | fromMem},
	MOVHPS: {"MOVHPS", 0x16 | m0F | v0 | e0 | by8 | narrow | three | fromMem},
	MOVHPD: {"MOVHPD", 0x16 | v0F | e1 | by8 | narrow | three | fromMem},

	STORELPS: {"STORELPS", 0x13 | m0F | v0 | e0 | by8 | narrow | store | fromMem},
	STORELPD: {"STORELPD", 0x13 | v0F | e1 | by8 | narrow | store | fromMem},
	STOREHPS: {"STOREHPS", 0x17 | m0F | v0 | e0 | by8 | narrow | store | fromMem},
	STOREHPD: {"STOREHPD", 0x17 | v0F | e1 | by8 | narrow | store | fromMem},

	GATHERDPS: {"GATHERDPS", 0x92 | m0F38 | p66 | v0 | e0 | mask | lane},
	GATHERDPD: {"GATHERDPD", 0x92 | m0F38 | p66 | v1 | e1 | mask | lane},

	extractps:  {"EXTRACTPS", 0x17 | v3A | e0 | lane | narrow | store | imm},
	pinsrd:     {"PINSRD", 0x22 | m0F3A | p66 | v0 | e0 | lane | narrow | three | imm},
	pinsrq:     {"PINSRQ", 0x22 | m0F3A | p66 | v1 | e1 | lane | narrow | three | imm},
	pextrd:     {"PEXTRD", 0x16 | m0F3A | p66 | v0 | e0 | lane | narrow | store | imm},
	pextrq:     {"PEXTRQ", 0x16 | m0F3A | p66 | v1 | e1 | lane | narrow | store | imm},
	movdFrom:   {"MOVD", 0x6e | m0F | p66 | v0 | e0 | lane | narrow},
	movqFrom:   {"MOVQ", 0x6e | m0F | p66 | v1 | e1 | lane | narrow},
	movdTo:     {"MOVD", 0x7e | m0F | p66 | v0 | e0 | lane | narrow | store},
	movqTo:     {"MOVQ", 0x7e | m0F | p66 | v1 | e1 | lane | narrow | store},
	broadcastD: {"PBROADCASTD", 0x7c | m0F38 | p66 | e0 | mask | fromReg},
	broadcastQ: {"PBROADCASTQ", 0x7c | m0F38 | p66 | e1 | mask | fromReg},
}

// digit is what is in ModRM.reg of a shift.
var digit = map[Op]Vec{PSLLD: 6, PSLLQ: 6, PSRLD: 2, PSRLQ: 2, PSRAD: 4, PSRAQ: 4}
