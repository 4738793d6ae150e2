package spec

import (
	"bytes"
	"encoding/json"
	"fmt"
)

// modern brings a model of format 1 to the present one. Exaggeration was a field of its own, after which the optimizer and
// its schedule began afresh; MinGradNorm a bound on the gradient's norm, which now is a share of its largest; Known was
// Given.
func modern(b []byte) ([]member, error) {
	all, err := membersOf(bytes.ReplaceAll(b, []byte(`"Given":`), []byte(`"Known":`)), "model")
	if err != nil {
		return nil, err
	}
	_, all, _ = take(all, "version")
	exaggeration, all, _ := take(all, "Exaggeration")
	bound, all, _ := take(all, "MinGradNorm")
	if bound != nil {
		all = append(all, member{"Stop", json.RawMessage(fmt.Sprintf(`{"type":"GradNorm","Below":%s}`, bound))})
	}
	if exaggeration == nil {
		return all, nil
	}
	var was struct {
		Factor    float64
		Steps     int
		Optimizer json.RawMessage
	}
	if err := json.Unmarshal(exaggeration, &was); err != nil {
		return nil, fmt.Errorf("model.Exaggeration: %w", err)
	}
	if was.Steps == 0 || was.Factor == 0 || was.Factor == 1 {
		return all, nil
	}
	field := func(name string) json.RawMessage {
		raw, _, ok := take(all, name)
		if !ok {
			return json.RawMessage("null")
		}
		return raw
	}
	own, schedule := was.Optimizer, field("Schedule")
	if own == nil || string(own) == "null" {
		own = field("Optimizer")
	}
	phases := fmt.Sprintf(`{"Steps":%d,"Exaggeration":%v,"Optimizer":%s,"Schedule":%s}`, was.Steps, was.Factor, own, schedule)
	var steps int
	if json.Unmarshal(field("Steps"), &steps) == nil && steps > was.Steps && string(schedule) != "null" {
		phases += fmt.Sprintf(`,{"Steps":%d,"Exaggeration":0,"Optimizer":null,"Schedule":%s}`, steps-was.Steps, schedule)
	}
	return append(all, member{"Phases", json.RawMessage("[" + phases + "]")}), nil
}
