// Command asm writes the assembly of affmatch/internal/random, and its declarations, into the folder above.
package main

import (
	"log"
	"os"
	"path/filepath"

	"github.com/mmcloughlin/avo/attr"
	"github.com/mmcloughlin/avo/build"
	"github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/pass"
	"github.com/mmcloughlin/avo/printer"
	"github.com/mmcloughlin/avo/reg"
)

// The generator of package random.
const (
	weyl   = 0x9e3779b97f4a7c15
	first  = 0xbf58476d1ce4e5b9
	second = 0x94d049bb133111eb
)

func main() {
	if err := generate(); err != nil {
		log.Fatal(err)
	}
}

func generate() error {
	c := build.NewContext()
	c.ConstraintExpr("!purego")
	others(c)
	file, err := c.Result()
	if err != nil {
		return err
	}
	if err := pass.Compile.Execute(file); err != nil {
		return err
	}
	config := printer.Config{Name: "affmatch/internal/random/asm", Pkg: "random"}
	for name, p := range map[string]printer.Printer{
		"others_amd64.s": printer.NewGoAsm(config), "others_amd64.go": printer.NewStubs(config),
	} {
		b, err := p.Print(file)
		if err != nil {
			return err
		}
		if err := os.WriteFile(filepath.Join("..", name), b, 0o644); err != nil {
			return err
		}
	}
	return nil
}

// others does eight draws at a time.
func others(c *build.Context) {
	c.Function("othersAVX512")
	c.Attributes(attr.NOSPLIT)
	c.Pragma("noescape")
	c.SignatureExpr("func(to []int32, key, others uint64, self int32)")
	to, rest := c.Load(c.Param("to").Base(), c.GP64()), c.Load(c.Param("to").Len(), c.GP64())
	others, self := broadcast(c, "others"), c.YMM()
	c.VPBROADCASTD(c.Load(c.Param("self"), c.GP32()), self)
	state := broadcast(c, "key")
	steps := c.StaticGlobal("steps")
	c.DataAttributes(attr.RODATA | attr.NOPTR)
	for i := range 8 {
		c.AppendDatum(operand.U64(weyl * uint64(i+1)))
	}
	c.VPADDQ(steps, state, state)
	stride := constant(c, "stride", weyl<<3&(1<<64-1))
	a, b, one := constant(c, "first", first), constant(c, "second", second), c.YMM()
	c.VPCMPEQD(one, one, one)
	c.VPABSD(one, one)

	c.TESTQ(rest, rest)
	c.JLE(operand.LabelRef("done"))
	c.Label("again")
	x, t, high, j := c.ZMM(), c.ZMM(), c.ZMM(), c.YMM()
	c.VPSRLQ(operand.U8(30), state, t)
	c.VPXORQ(t, state, x)
	c.VPMULLQ(a, x, x)
	c.VPSRLQ(operand.U8(27), x, t)
	c.VPXORQ(t, x, x)
	c.VPMULLQ(b, x, x)
	c.VPSRLQ(operand.U8(31), x, t)
	c.VPXORQ(t, x, x)
	c.VPADDQ(stride, state, state)

	c.VPSRLQ(operand.U8(32), x, high) // the upper half of x*others, others < 2^32
	c.VPMULUDQ(others, x, x)
	c.VPSRLQ(operand.U8(32), x, x)
	c.VPMULUDQ(others, high, high)
	c.VPADDQ(x, high, high)
	c.VPSRLQ(operand.U8(32), high, high)
	c.VPMOVQD(high, j)

	skip, lanes := c.K(), c.K()
	c.VPCMPD(operand.U8(5), self, j, skip) // not less
	c.VPADDD(one, j, skip, j)
	ones := c.GP64()
	c.MOVQ(operand.I32(-1), ones)
	c.CMPQ(rest, operand.I8(8))
	c.JGE(operand.LabelRef("full"))
	c.BZHIQ(rest, ones, ones)
	c.Label("full")
	c.KMOVW(ones.As32(), lanes)
	c.VMOVDQU32(j, lanes, operand.Mem{Base: to})
	c.ADDQ(operand.I8(32), to)
	c.SUBQ(operand.I8(8), rest)
	c.JG(operand.LabelRef("again"))
	c.Label("done")
	c.VZEROUPPER()
	c.RET()
}

func broadcast(c *build.Context, param string) reg.VecVirtual {
	at, err := c.Param(param).Resolve()
	if err != nil {
		panic(err)
	}
	v := c.ZMM()
	c.VPBROADCASTQ(at.Addr, v)
	return v
}

func constant(c *build.Context, name string, x uint64) reg.VecVirtual {
	v := c.ZMM()
	c.VPBROADCASTQ(c.ConstData(name, operand.U64(x)), v)
	return v
}
