package native

// Op is a vector instruction, named as in Intel's manual without the leading V. Two that differ in the precision alone are
// neighbours: op+1 is the form for float64 or int64 of op for float32 or int32. What stores to memory begins with STORE.
type Op uint16

// The instructions. The comments say what is other than in the manual; encodings says which of VEX and EVEX there are.
const (
	ADDPS, ADDPD Op = 2 * iota, 2*iota + 1
	SUBPS, SUBPD
	MULPS, MULPD
	DIVPS, DIVPD
	MINPS, MINPD
	MAXPS, MAXPD
	SQRTPS, SQRTPD
	ANDPS, ANDPD
	ANDNPS, ANDNPD
	ORPS, ORPD
	XORPS, XORPD
	CMPPS, CMPPD // Dst is a vector register in VEX, a mask register in EVEX

	ADDSS, ADDSD
	SUBSS, SUBSD
	MULSS, MULSD
	DIVSS, DIVSD
	MINSS, MINSD
	MAXSS, MAXSD
	SQRTSS, SQRTSD
	UCOMISS, UCOMISD

	FMADD213PS, FMADD213PD   // dst = x*dst + y
	FMADD231PS, FMADD231PD   // dst = x*y + dst
	FMSUB213PS, FMSUB213PD   // dst = x*dst - y
	FMSUB231PS, FMSUB231PD   // dst = x*y - dst
	FNMADD213PS, FNMADD213PD // dst = y - x*dst
	FNMADD231PS, FNMADD231PD // dst = dst - x*y
	ROUNDPS, ROUNDPD
	RNDSCALEPS, RNDSCALEPD
	GETEXPPS, GETEXPPD
	GETMANTPS, GETMANTPD
	SCALEFPS, SCALEFPD

	BLENDMPS, BLENDMPD // y where the mask is set, else x
	BLENDVPS, BLENDVPD // y where the sign of Sel is set, else x
	SHUFPS, SHUFPD
	UNPCKLPS, UNPCKLPD
	UNPCKHPS, UNPCKHPD
	PERMILPS, PERMILPD // by the immediate
	PERMPS, PERMPD     // lane i of dst is lane x[i] of y
	PERMQ, PERMPDI     // by the immediate
	PSHUFD, _
	INSERTPS, _
	PERM2F128, _
	INSERTF128, EXTRACTF128
	INSERTF32X4, INSERTF64X4
	INSERTI32X4, INSERTI64X4
	EXTRACTF32X4, EXTRACTF64X4
	EXTRACTI32X4, EXTRACTI64X4

	PADDD, PADDQ
	PSUBD, PSUBQ
	PANDD, PANDQ // in VEX both are VPAND; so with the next three
	PANDND, PANDNQ
	PORD, PORQ
	PXORD, PXORQ
	PMULLD, PMULLQ
	PMULUDQ, _
	PMINSD, PMAXSD
	PSLLD, PSLLQ // by the immediate, as all shifts here
	PSRLD, PSRLQ
	PSRAD, PSRAQ
	PCMPD, PCMPQ // Imm: 0 =, 1 <, 2 <=, 4 !=, 5 >=, 6 >; Dst is a mask register
	PCMPEQD, PCMPEQQ
	PCMPGTD, PCMPGTQ
	PMOVZXDQ, PMOVSXDQ
	PMOVQD, _ // Dst is the source, Y the destination

	CVTPS2PD, CVTPD2PS
	CVTPS2DQ, CVTPD2DQ
	CVTDQ2PS, CVTDQ2PD
	CVTQQ2PD, CVTPD2QQ

	MOVAPS, MOVAPD // register to register
	MOVUPS, MOVUPD
	STOREUPS, STOREUPD
	MASKMOVPS, MASKMOVPD           // x is the mask
	STOREMASKMOVPS, STOREMASKMOVPD // x is the mask
	MOVDQU32, MOVDQU64
	STOREDQU32, STOREDQU64
	BROADCASTSS, BROADCASTSD
	PBROADCASTD, PBROADCASTQ
	MOVSS, MOVSD // from memory, the other lanes become zero
	STORESS, STORESD
	MOVLPS, MOVLPD
	STORELPS, STORELPD
	MOVHPS, MOVHPD
	STOREHPS, STOREHPD

	GATHERDPS, GATHERDPD // for Gather

	// The rest have methods of their own.
	extractps, _
	pinsrd, pinsrq
	pextrd, pextrq
	movdFrom, movqFrom
	movdTo, movqTo
	broadcastD, broadcastQ
	ops, _
)

// What VEX knows by one name for both lengths of lanes.
const (
	PAND  = PANDD
	PANDN = PANDND
	POR   = PORD
	PXOR  = PXORD
)

// String is the name.
func (o Op) String() string {
	if o >= ops {
		return "no instruction"
	}
	return encodings[o].name
}
